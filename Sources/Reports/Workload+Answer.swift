package import Deployments
import Text
package import Values

/// A server that answers, as `amm up` shows it.
extension Workload {
  /// The server and its model, for programs.
  package var answer: Value {
    .document([
      "instance": .text(name.text), "profile": .text(provenance.profile),
      "model": .text(provenance.model), "url": .text(url),
    ])
  }

  /// The address and a first request that can be copied, in parts that are shown in order.
  package var welcome: [Shown] {
    let address: Shown = "\(name.text) answers at \(url)\n"
    guard let openAI = endpoint.openAI else { return [address] }
    let (path, body) =
      openAI.writesText
      ? (
        "chat/completions",
        Value.set([
          "model": .text(provenance.model),
          "messages": .list([.set(["role": "user", "content": "Hello!"])]),
        ])
      ) : ("embeddings", Value.set(["model": .text(provenance.model), "input": "Hello!"]))
    let header = key == nil ? "" : " -H \"Authorization: Bearer $KEY\""
    let type = "-H 'Content-Type: application/json'"
    let text = JSON.line(body).shellWord
    // One line, which can be copied.
    return [address, ("  curl \(url)/v1/\(path)\(header) \(type) -d \(text)\n" as Shown).asLines]
  }
}
