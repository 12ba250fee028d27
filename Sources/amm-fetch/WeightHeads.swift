import Locks
import Models

/// Reads the heads of files of weights, by ranges: what they weigh, and what a GGUF file says of itself.
struct WeightHeads {
  let web: Web
  /// A file that is there.
  struct File {
    /// Its address, with what lets it be read.
    let request: WebRequest
    /// Bytes that it has.
    let size: Int
  }

  /// Bytes that the first request asks for: most heads of safetensors have less.
  private static let first = 1 << 18
  /// Bytes that a head may have: those of the largest vocabularies in GGUF files have some ten megabytes.
  private static let limit = 32 << 20

  /// What a GGUF file says, with the parts that follow it; nil for one that says nothing.
  func facts(ofGGUF files: [File]) throws(WebError) -> ModelFacts? {
    var headers: [GGUFHeader] = []
    for file in files {
      var found: GGUFHeader?
      try read(file) { bytes in
        found = try? GGUFHeader(bytes)
        return found?.isWhole == false ? bytes.count * 2 : nil
      }
      guard let found else { break }
      headers.append(found)
    }
    var facts = ModelFacts(headers)
    facts?.weights = headers.count == files.count ? WeightSizes(headers) : nil
    return facts
  }

  /// What safetensors weigh by their heads; nil for none, where one of them is no such file, and where
  /// a server gives no parts of files.
  func weights(ofSafetensors files: [File]) throws(WebError) -> WeightSizes? {
    var headers: [SafetensorsHeader] = []
    for file in files {
      var found: SafetensorsHeader?
      do throws(WebError) {
        try read(file) { bytes in
          do throws(SafetensorsHeader.Problem) {
            found = try SafetensorsHeader(bytes)
            return nil
          } catch {
            if case .cutOff(let wanted) = error { return wanted }
            return nil
          }
        }
      } catch  where error.kind == .wrong {
        return nil
      }
      guard let found else { return nil }
      headers.append(found)
    }
    return WeightSizes(headers)
  }

  /// Reads a file from its beginning, until nothing more is asked for.
  ///
  /// - Parameter look: Gets all bytes read so far; says how many are wanted, nil for no more.
  private func read(_ file: File, until look: ([UInt8]) -> Int?) throws(WebError) {
    var bytes: [UInt8] = []
    let most = min(file.size, Self.limit)
    var wanted: Int? = Self.first
    while let count = wanted, bytes.count < min(count, most) {
      var request = file.request
      request.start = bytes.count
      request.end = min(count, most)
      request.limit = min(count, most) - bytes.count
      let answer = try web.answer(request)
      try Web.require(answer, request.url)
      guard answer.body.count == request.limit else {
        throw WebError(
          .wrong, "\(request.url.prefix { $0 != "?" }) gives another part than was asked for")
      }
      bytes += answer.body
      wanted = look(bytes)
    }
  }
}
