import { connect } from 'node:net';

const headEnd = Buffer.from('\r\n\r\n');
const chunkEnd = Buffer.from('\r\n');
const lengthPattern = /\r\ncontent-length: *(\d+)/i;
const chunkedPattern = /\r\ntransfer-encoding: *chunked/i;
/** A GraphQL answer with errors has the key near its start or, after the data, near its end. */
const errorsKey = Buffer.from('"errors":');
const checkedBytes = 400;

/**
 * One keep-alive connection that has one request in flight. `onDone(isGood)` is called after each response; a response is good if its
 * status is 200 and it has no GraphQL errors. A connection that the server closed is opened again.
 */
export class Connection {
  isBusy = false;
  #socket = null;
  #pending = null;
  #body = null;
  #status = 0;
  #remaining = 0;
  #isChunked = false;

  constructor(port, onDone) {
    this.port = port;
    this.onDone = onDone;
  }

  send(request) {
    this.isBusy = true;
    if (this.#socket === null) this.#open();
    this.#socket.write(request);
  }

  /** Closes the connection in the middle of a request. */
  abort() {
    this.#socket?.destroy();
    this.#reset();
    this.isBusy = false;
  }

  close() {
    this.#socket?.destroy();
    this.#reset();
  }

  #open() {
    const socket = connect({ port: this.port, host: '127.0.0.1', noDelay: true });
    this.#socket = socket;
    socket.on('data', (chunk) => this.#read(chunk));
    const onEnd = () => {
      if (this.#socket !== socket) return;
      this.#reset();
      if (this.isBusy) this.#finish(false);
    };
    socket.on('error', onEnd);
    socket.on('close', onEnd);
  }

  #reset() {
    this.#socket = null;
    this.#pending = null;
    this.#body = null;
  }

  #finish(isGood) {
    this.isBusy = false;
    this.onDone(isGood, this);
  }

  #read(chunk) {
    let data = this.#pending === null ? chunk : Buffer.concat([this.#pending, chunk]);
    this.#pending = null;
    if (this.#body === null) {
      const end = data.indexOf(headEnd);
      if (end === -1) {
        this.#pending = data;
        return;
      }
      const head = data.latin1Slice(0, end);
      this.#status = Number(head.slice(9, 12));
      this.#isChunked = chunkedPattern.test(head);
      this.#remaining = this.#isChunked ? 0 : Number(lengthPattern.exec(head)?.[1] ?? 0);
      this.#body = [];
      data = data.subarray(end + 4);
    }
    if (this.#isChunked) this.#readChunked(data);
    else this.#readSized(data);
  }

  #readSized(data) {
    this.#body.push(data);
    this.#remaining -= data.length;
    if (this.#remaining <= 0) this.#complete();
  }

  /** Reads as many chunks as `data` has; `remaining` counts the bytes of an open chunk with its line end. */
  #readChunked(data) {
    let rest = data;
    while (rest.length > 0) {
      if (this.#remaining > 0) {
        const taken = rest.subarray(0, this.#remaining);
        this.#body.push(taken);
        this.#remaining -= taken.length;
        rest = rest.subarray(taken.length);
        continue;
      }
      const lineEnd = rest.indexOf(chunkEnd);
      if (lineEnd === -1) {
        this.#pending = rest;
        return;
      }
      const size = Number.parseInt(rest.latin1Slice(0, lineEnd), 16);
      if (size === 0) {
        if (rest.length < lineEnd + 4) this.#pending = rest;
        else this.#complete();
        return;
      }
      rest = rest.subarray(lineEnd + 2);
      this.#remaining = size + 2;
    }
  }

  #complete() {
    const body = this.#body;
    this.#body = null;
    this.#finish(this.#status === 200 && !hasErrors(body));
  }
}

function hasErrors(body) {
  const first = body[0]?.subarray(0, checkedBytes);
  const last =
    body.length > 1
      ? Buffer.concat(body.slice(-3)).subarray(-checkedBytes)
      : body[0]?.subarray(-checkedBytes);
  return first === undefined || first.indexOf(errorsKey) !== -1 || last.indexOf(errorsKey) !== -1;
}
