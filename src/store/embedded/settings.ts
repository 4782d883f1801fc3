/**
 * Settings of the embedded PostgreSQL: reachable from this machine only, small in memory, and durable (fsync and
 * synchronous_commit stay on).
 */
export const DEFAULT_SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  cluster_name: 'sim_gateway',
  // The system allocates it on use, so only large fleets take all of it.
  shared_buffers: '128MB',
  // Queries are short: compiling them costs more time and memory than it saves.
  jit: 'off',
  // No I/O worker processes.
  io_method: 'sync',
  // There is no replication.
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_replication_slots: '0',
  max_logical_replication_workers: '0',
  // An idle gateway has little WAL to replay after a crash. The first sync of a large fleet writes to random pages of all indexes,
  // and PostgreSQL logs each page in full after each checkpoint: the larger limit makes checkpoints rarer.
  min_wal_size: '32MB',
  max_wal_size: '2GB',
  // Statements and values may hold personal data: they never reach the log.
  log_min_messages: 'warning',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  timezone: 'UTC',
  log_timezone: 'UTC',
};
