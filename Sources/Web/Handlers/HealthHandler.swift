import HTTP
import JSON
import Storage

/// Whether the server can do its work, and how much it has done.
enum HealthHandler {
  /// `GET /healthz`: 200 while leads can be stored, else 503 with the reason.
  static func health(_ call: OpenCall) throws -> Response {
    let health = call.service.health.result()
    let (canRead, canWrite) = (health.canRead, health.canWrite)
    let checks: JSONValue = ["database_reads": .bool(canRead), "database_writes": .bool(canWrite)]
    let reason: JSONValue =
      canWrite
      ? .null : .string(canRead ? "The database cannot be written: is the disk full?" : "The database cannot be read.")
    return .json(
      [
        "status": .string(canWrite ? "ok" : "unavailable"), "reason": reason, "checks": checks,
        "version": .string(call.service.version),
      ], status: canWrite ? 200 : 503,
      headers: canWrite ? [] : [("Retry-After", "5")])
  }

  /// `GET /metrics`: Prometheus text. nginx lets loopback addresses through only.
  static func metrics(_ call: OpenCall) throws -> Response {
    let sizes = call.service.store.fileSizes()
    let writes = call.service.store.writeStatistics
    let forwards = (try? call.service.store.forwardHealth(of: nil)).map { ForwardMetrics.lines($0, at: call.now) }
    let gauges: [(name: String, help: String, value: Int64)] = [
      ("backnova_database_bytes", "Size of the database file.", sizes.database),
      ("backnova_wal_bytes", "Size of the write-ahead log.", sizes.log),
      ("backnova_writes_waiting", "Writes that wait for the next transaction.", Int64(writes.waiting)),
      ("backnova_writes", "Writes since the server began.", Int64(writes.writes)),
      ("backnova_transactions", "Transactions that took them: fewer is better grouped.", Int64(writes.transactions)),
    ]
    return .text(
      call.service.metrics.text(gauges: gauges, lines: forwards ?? [], version: call.service.version),
      type: "text/plain; version=0.0.4")
  }
}
