package import Deployments
import Diagnostics
package import Memory
import Schema

/// TEI's images for NVIDIA cards: each is compiled for one compute capability, except for `cuda-`,
/// which supports several.
extension TextEmbeddingsInference {
  /// The compute capabilities for which an image is compiled.
  private struct Build {
    /// The prefix of the image's tags; empty for tags that begin with the version.
    let word: String
    /// The compute capabilities on which the image runs.
    let runs: [ClosedRange<ComputeCapability>]

    init(_ word: String, _ runs: (ComputeCapability, ComputeCapability)...) {
      self.word = word
      self.runs = runs.map { $0.0...$0.1 }
    }

    /// Returns whether the image runs on a card.
    func runs(on card: ComputeCapability) -> Bool { runs.contains { $0.contains(card) } }
  }

  /// The images; of two images for one card, the more specific one is first.
  ///
  /// The prefixes come from .github/workflows/matrix.json, the cards from
  /// backends/candle/src/compute_cap.rs and cuda-all-entrypoint.sh, all of version 1.9.3.
  private static let builds: [Build] = {
    func only(_ major: Int, _ minor: Int) -> (ComputeCapability, ComputeCapability) {
      (ComputeCapability(major, minor), ComputeCapability(major, minor))
    }
    let ampere = (ComputeCapability(8, 0), ComputeCapability(8, 9))
    return [
      Build("turing", only(7, 5)),
      Build("89", only(8, 9)),
      Build("86", (ComputeCapability(8, 6), ComputeCapability(8, 9))),
      Build("", ampere),
      Build("hopper", only(9, 0)),
      Build("100", only(10, 0)),
      Build("120", only(12, 0)),
      Build("cuda", only(7, 5), ampere, only(9, 0), only(10, 0), only(12, 0)),
    ]
  }()

  /// Returns the image that is compiled for all of the cards; nil if there is none.
  package static func image(computing cards: Set<ComputeCapability>) -> ImageReference? {
    guard let build = builds.first(where: { cards.allSatisfy($0.runs(on:)) }), build.word != "cuda"
    else { return nil }
    return ImageReference(
      literal: repository, tag: build.word + (build.word.isEmpty ? "" : "-") + release)
  }

  /// Returns what an image is compiled for, by its tag; nil for images of other projects, and for
  /// images of later versions or commits, which may run on more cards.
  private static func build(of image: ImageReference) -> Build? {
    guard image.name == Self.image(for: .nvidia)?.name, let tag = image.tag, !tag.contains("sha-"),
      Release(tag: tag).map({ !("1.9.3" < $0) }) ?? false
    else { return nil }
    let words = tag.split(separator: "-")
    return builds.first { words.count > 1 && words[0] == $0.word }
      ?? builds.first { $0.word.isEmpty && words.first?.contains(".") ?? false }
  }

  /// The server checks the first card that it sees.
  static let imageOfCard = PlacementCheck(
    Rule(
      "tei-image-of-card", "TEI's image has no code for the instance's card.",
      Explanation(
        """
        Each of TEI's images is compiled for one compute capability, and the one with the tag \
        'cuda-…' for five. On another card, the server stops when it starts: "Runtime compute cap … \
        is not compatible with compile time compute cap …". Without 'container.image', amm uses the \
        image for the card that 'host.gpus' describes.
        """,
        wrong: """
          # instances.yaml
          host: {gpus: [{device: nvidia.com/gpu=0, memory: 16GB, name: T4}]}
          instances:
            main: {port: 8080, gpus: [nvidia.com/gpu=0]}
          # profiles/coding/demo.yaml
          category: embedding
          container: {runtime: tei, image: "ghcr.io/huggingface/text-embeddings-inference:1.9.3"}
          """,
        right: """
          # instances.yaml
          host: {gpus: [{device: nvidia.com/gpu=0, memory: 16GB, name: T4}]}
          instances:
            main: {port: 8080, gpus: [nvidia.com/gpu=0]}
          # profiles/coding/demo.yaml
          category: embedding
          container: {runtime: tei}
          """,
        source: "TEI 1.9.3, backends/candle/src/compute_cap.rs and cuda-all-entrypoint.sh"))
  ) { profile, placement in
    let cards = placement.cards.compactMap { card in card.compute.map { (card.name, $0) } }
    guard placement.processor == .nvidia, cards.count == placement.cards.count,
      let (name, compute) = cards.first,
      let image = profile.image?.value ?? Self.image(computing: Set(cards.map(\.1)))
        ?? Self.image(for: .nvidia),
      let build = build(of: image), !cards.contains(where: { build.runs(on: $0.1) })
    else { return nil }
    let message =
      "cannot run '\(image.text)', which has no code for '\(name)' (capability \(compute.text))"
    if let image = profile.image {
      let other = Self.image(computing: [compute])
      return .init(
        message,
        help: other.map { "use '\($0.text)', or remove the line: amm chooses this image" }
          ?? "remove the line, and give the instance 'gpus: []'",
        at: image.range, note: "the image is chosen here")
    }
    return .init(
      message, help: "write 'gpus: []' to compute on the CPU, or use another runtime",
      at: profile.runtime.range, note: "the runtime is chosen here")
  }
}
