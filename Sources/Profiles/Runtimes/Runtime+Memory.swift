package import Deployments
package import Memory
package import Models
import Schema
import Values

/// What the memory of a profile's server depends on, beside the profile.
package struct PlannedModel: Sendable {
  /// What its files say.
  package let facts: ModelFacts
  /// The GPUs that its server sees; empty for a server without.
  package let gpus: [GPU]
  /// Bytes of the encoder of images that goes beside it; nil for none.
  package let projector: Int?
  /// Tokens of a request, where somebody asks for another number than the profile; nil for the profile's.
  package let context: Int?
  /// A setting that is tried in place of the profile's; nil for the profile as it is.
  package var trial: MemoryTrial?

  package init(facts: ModelFacts, gpus: [GPU], projector: Int? = nil, context: Int? = nil) {
    self.context = context
    self.facts = facts
    self.gpus = gpus
    self.projector = projector
  }
}

/// A setting that may make room.
package enum MemoryTrial: String, Sendable, CaseIterable {
  /// Keys and values in 8 bits.
  case smallCache
  /// A quarter of the requests at a time, of which each has its row of logits.
  case fewerRequests
  /// More of the card.
  case largerShare
  /// One slot in place of four.
  case oneSlot
}

extension Runtime {
  package static func uncounted(in profile: Profile) -> [String] { [] }

  package static var readsGGUF: Bool { false }

  /// What a profile would say for a trial; nil for one that the runtime has no setting for.
  package static func words(for trial: MemoryTrial) -> String? { nil }

  /// How much memory the server of a profile takes; nil for a server of which amm knows nothing.
  ///
  /// - Throws: ``MissingFacts``.
  package static func memory(
    of profile: Profile, _ model: PlannedModel
  ) throws(MissingFacts) -> MemoryEstimate? { nil }
}

extension Profile {
  /// What a plan of its memory leaves out, each a sentence; empty where all of it is counted.
  package func omissions(of model: PlannedModel) -> [String] {
    var omissions = runtime.value.uncounted(in: self).map {
      "What '\($0)' changes is not counted."
    }
    if projectorPath != nil, model.projector == nil {
      omissions.append("What 'mmproj' weighs is not known.")
    }
    if model.facts.hasTwoHalves {
      omissions.append("It reads with one half and writes with another: one of them is left out.")
    }
    return omissions + [unknownArchitecture(of: model.facts)].compactMap { $0 }
  }

  /// The release of its image, for people; nil for a tag that says none.
  package var releaseText: String? {
    build.map { "b\($0)" } ?? imageTag.flatMap(Release.init(tag:))?.text
  }

  /// The file that lets its model see; nil for none.
  package var projectorPath: HostPath? { LlamaCpp.options(of: self).mmproj?.value }

  /// The release that its image, or its runtime's own one, is of; nil for one whose tag says none.
  var serverRelease: ServerRelease? {
    guard let release = imageTag.flatMap(Release.init(tag:)) else { return nil }
    return ServerRelease(release.text)
  }

  /// The number of llama.cpp's build; nil for a tag that says none.
  var build: Int? {
    imageTag.flatMap { tag in
      tag.split(separator: "-").last.flatMap { $0.first == "b" ? Int($0.dropFirst()) : nil }
    }
  }

  private var imageTag: String? {
    if let image { return image.value.tag }
    return Processor.allCases.lazy.compactMap { self.runtime.value.image(for: $0) }.first?.tag
  }

  /// A number that an option is set to, whole or not.
  func amount(_ name: String) -> Double? {
    switch launched(name)?.value {
    case .integer(let number)?: Double(number)
    case .number(let number)?: number
    case .text(let text)?: Double(text).flatMap { $0.isFinite ? $0 : nil }
    default: nil
    }
  }

  /// A whole number of at least so much that an option is set to.
  func count(_ name: String, atLeast least: Int = 1) -> Int? {
    // Some options take words beside numbers: "auto", "all".
    let found: Int? =
      switch launched(name)?.value {
      case .integer(let number)?: number
      case .text(let text)?: Int(text)
      default: nil
      }
    return found.flatMap { $0 >= least ? $0 : nil }
  }
}
