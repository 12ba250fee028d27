package import Deployments
import Diagnostics
import Schema
import Text

/// Rules for the names of images.
extension Checks {
  /// Images whose name has no registry.
  package static let imageRegistry = Check(
    Rule(
      "unqualified-image", .warning,
      "The image does not name its registry.",
      Explanation(
        """
        In a terminal, Podman asks which registry to use. A unit cannot answer: it fails, or takes the \
        image from the registry that the machine searches first.
        """,
        wrong: """
          source:
            type: ollama
            model_id: llama3.2:3b
          container:
            runtime: ollama
            image: ollama/ollama:0.32.15
          """,
        right: """
          source:
            type: ollama
            model_id: llama3.2:3b
          container:
            runtime: ollama
            image: docker.io/ollama/ollama:0.32.15
          """,
        source: "containers/image v5, docs/containers-registries.conf.5.md (short-name-mode)"))
  ) { profile, report in
    guard let image = profile.image, !image.value.namesRegistry else { return }
    let path = image.value.name.contains("/") ? "docker.io/" : "docker.io/library/"
    report(
      image.range, "'\(image.value.text)' does not name its registry",
      help: "write '\(path)\(image.value.text)' for Docker Hub")
  }

  /// Images whose tag names another image after each new version.
  package static let movingTag = Check(
    Rule(
      "moving-tag", .warning, "The image has no fixed tag or digest.",
      Explanation(
        """
        The same profile would run a different server after each new version, depending on when a \
        machine last pulled the image. Options that amm checked may not exist there.
        """,
        wrong: """
          container:
            runtime: tgi
            image: ghcr.io/huggingface/text-generation-inference:latest
          """,
        right: """
          container:
            runtime: tgi
            image: ghcr.io/huggingface/text-generation-inference:3.3.7
          """))
  ) { profile, report in
    guard let image = profile.image, image.value.digest == nil else { return }
    let runtime = profile.runtime.value
    guard !Processor.allCases.contains(where: { runtime.image(for: $0) == image.value }) else {
      return
    }
    let own = Processor.allCases.compactMap { runtime.image(for: $0) }
      .filter { $0.name == image.value.name }
    let words = tagWords(image.value.tag)
    guard isMoving(words, release: image.value.tag.flatMap(Release.init(tag:)), of: own) else {
      return
    }
    // The image for the same processor, according to the words of the tag.
    let pinned = own.first { tagWords($0.tag).contains(where: words.contains) } ?? own.first
    let help =
      pinned.map { "use '\($0.text)', or remove the line: the default is pinned" }
      ?? "use the tag of a version, or a digest"
    if let tag = image.value.tag {
      report(
        image.range, "the tag '\(tag)' names a different image after each new version", help: help)
    } else {
      report(image.range, "the image has no tag, so 'latest' is used", help: help)
    }
  }

  /// Returns whether the tag of an image that amm knows nothing about names a different one after
  /// each new version.
  package static func isMoving(_ image: ImageReference) -> Bool {
    image.digest == nil
      && isMoving(tagWords(image.tag), release: image.tag.flatMap(Release.init(tag:)), of: [])
  }

  private static func tagWords(_ tag: String?) -> [String] {
    (tag ?? "").split { $0 == "-" || $0 == "_" || $0 == "." }.map(String.init)
  }

  /// Whether words have the day of a build, such as `nightly-2025-06-24` and `20250624`.
  private static func holdsDate(_ words: [String]) -> Bool {
    words.indices.contains { index in
      let rest = words[index...].prefix(3)
      let parts = rest.map(\.utf8.count) == [4, 2, 2] ? rest.joined() : words[index]
      let digits = Array(parts.utf8)
      guard digits.count == 8, digits.allSatisfy(\.isASCIIDigit), parts.hasPrefix("20") else {
        return false
      }
      return ("01"..."12").contains(parts.dropFirst(4).prefix(2))
        && ("01"..."31").contains(parts.suffix(2))
    }
  }

  /// Returns whether a tag contains no version, or fewer numbers than the versions of the runtime's
  /// own image: `3.3` moves to each `3.3.x`.
  private static func isMoving(
    _ words: [String], release: Release?, of own: [ImageReference]
  ) -> Bool {
    let moving = ["latest", "main", "master", "nightly", "dev", "edge"]
    // The image of a commit does not change, such as `nightly-bb80f69bc98c…` of vLLM.
    if words.contains("sha") || words.contains(where: \.isCommit) || holdsDate(words) {
      return false
    }
    guard let release, !words.contains(where: moving.contains) else { return true }
    let numbers = own.compactMap { $0.tag.flatMap(Release.init(tag:))?.count }.max() ?? 0
    return release.count < numbers
  }
}
