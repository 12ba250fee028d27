import CLibCurl

/// What comes of one request.
@safe final class Exchange {
  private(set) var headers: [String: String] = [:]
  private(set) var status = 0
  /// What is wrong with the answer, in words that follow the address; nil for nothing.
  private(set) var problem: String?
  private let request: WebRequest
  /// Whether nothing came at all.
  var isSilent: Bool { status == 0 }
  var take: ((UnsafeRawBufferPointer) -> Bool)?

  init(_ request: WebRequest) { self.request = request }

  static let header: amm_curl_write = { bytes, _, count, context in
    guard let bytes = unsafe bytes, let context = unsafe context else { return 0 }
    let exchange = unsafe Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
    let buffer = unsafe UnsafeRawBufferPointer(start: bytes, count: count)
    exchange.addHeader(unsafe String(decoding: buffer, as: UTF8.self))
    return count
  }

  private func addHeader(_ line: String) {
    if line.hasPrefix("HTTP/") {
      // The next answer in a chain.
      headers = [:]
      status = line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
      return
    }
    guard let colon = line.firstIndex(of: ":"), headers.count < 200 else { return }
    let value = line[line.index(after: colon)...]
    headers[line[..<colon].lowercased()] = value.trimmed
  }

  /// What is said of a server that answers with a whole file where a part was asked for.
  static let withoutParts = "does not send a part of a file"

  func add(_ bytes: UnsafeRawBufferPointer) -> Bool {
    // Pages of redirects and of errors are nobody's content.
    guard (200...299).contains(status) else { return true }
    if request.isPartial, status != 206 {
      problem = Self.withoutParts
      return false
    }
    // A page of a proxy, or the text that Git keeps in a large file's place.
    if let expected = request.expected, let told = headers["content-length"].flatMap({ Int($0) }),
      told != expected
    {
      problem = "sends \(told) bytes, where \(expected) were to come"
      return false
    }
    return unsafe take?(bytes) ?? false
  }
}

extension Substring {
  fileprivate var trimmed: String {
    String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }
}
