import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Distributes work over the processor's cores.
package enum Parallel {
  /// Returns the results for `0..<count` in order; the calling thread takes part in the work.
  ///
  /// Uses plain threads, because a task group would start Swift's concurrency runtime, which costs
  /// more than a small job. Below `threshold` items, all work stays on the calling thread.
  package static func map<Result: Sendable>(
    count: Int, threshold: Int = 32, _ body: @escaping @Sendable (Int) -> Result
  ) -> [Result] {
    let threads = count < threshold ? 1 : max(1, min(cores(), 16))
    guard threads > 1 else { return (0..<count).map(body) }
    let work = Work(count: count, body)
    var helpers: [pthread_t] = []
    for _ in 1..<threads {
      if let thread = start({ work.run() }) { helpers.append(thread) }
    }
    work.run()
    for helper in helpers { pthread_join(helper, nil) }
    return work.results()
  }

  private static func cores() -> Int { sysconf(Int32(_SC_NPROCESSORS_ONLN)) }

  /// A list of items; each is processed once, by the first thread that takes it.
  private final class Work<Result: Sendable>: Sendable {
    /// The number of items taken at a time, so that threads seldom compete.
    private static var stride: Int { 16 }
    private let count: Int
    private let body: @Sendable (Int) -> Result
    private let next = Atomic<Int>(0)
    private let parts = Mutex<[(Int, [Result])]>([])

    init(count: Int, _ body: @escaping @Sendable (Int) -> Result) {
      self.count = count
      self.body = body
    }

    func run() {
      while true {
        let start = next.add(Self.stride, ordering: .relaxed).oldValue
        guard start < count else { return }
        let part = (start..<min(start + Self.stride, count)).map(body)
        parts.withLock { $0.append((start, part)) }
      }
    }

    func results() -> [Result] {
      parts.withLock { parts in
        parts.sorted { $0.0 < $1.0 }.flatMap(\.1)
      }
    }
  }

  private final class Start: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  private static func start(_ body: @escaping @Sendable () -> Void) -> pthread_t? {
    let argument = unsafe Unmanaged.passRetained(Start(body))
    var thread = pthread_t()
    let status = unsafe pthread_create(
      &thread, nil,
      { raw in
        if let raw = unsafe raw as UnsafeMutableRawPointer? {
          unsafe Unmanaged<Start>.fromOpaque(raw).takeRetainedValue().body()
        }
        return nil
      }, argument.toOpaque())
    guard status == 0 else {
      unsafe argument.release()
      return nil
    }
    return thread
  }
}
