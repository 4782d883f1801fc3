/**
 * PostgreSQL settings of the database that comes with the gateway: reached from this machine only, modest in memory, and durable
 * (fsync and synchronous_commit stay on).
 */
export const DEFAULT_SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  cluster_name: 'sim_gateway',
  // Taken as it is used: by large fleets.
  shared_buffers: '128MB',
  // Queries here are short; compiling them costs more than it gains, in memory too.
  jit: 'off',
  // No workers for reading ahead.
  io_method: 'sync',
  // Nothing replicates it.
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_replication_slots: '0',
  max_logical_replication_workers: '0',
  // Little to read again after a crash of a gateway at rest. A large fleet that is read for the first time writes into all of its
  // indexes at random, and after each checkpoint every page once as a whole.
  min_wal_size: '32MB',
  max_wal_size: '2GB',
  // The log never holds a statement or a value: they may name people.
  log_min_messages: 'warning',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  timezone: 'UTC',
  log_timezone: 'UTC',
};
