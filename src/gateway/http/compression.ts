import type { Transform } from 'node:stream';
import { promisify } from 'node:util';
import { brotliCompress, constants, createBrotliCompress, createGzip, gzip } from 'node:zlib';
import type { Coding } from './accept.ts';

/** A body of fewer bytes is sent as it is: it fits into three packets, and compressing it takes as long as a small query. */
export const minCompressedBytes = 4096;

/** The fastest quality of each coding: a list of SIMs becomes a fifth. The next ones save a tenth of that and take two to four times as long. */
const brotliOptions = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };
const gzipOptions = { level: 1 };

const brotliWhole = promisify<Buffer, typeof brotliOptions, Buffer>(brotliCompress);
const gzipWhole = promisify<Buffer, typeof gzipOptions, Buffer>(gzip);

/** Compresses a whole body, in a thread of libuv. */
export function compress(body: Buffer, coding: Coding): Promise<Buffer> {
  return coding === 'br' ? brotliWhole(body, brotliOptions) : gzipWhole(body, gzipOptions);
}

/** A stream that compresses a body of unknown length. */
export function createCompressor(coding: Coding): Transform {
  return coding === 'br' ? createBrotliCompress(brotliOptions) : createGzip(gzipOptions);
}
