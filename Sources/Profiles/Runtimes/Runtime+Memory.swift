import Catalogues
package import Deployments
package import Memory
package import Models
import Schema
import Values

/// The facts, other than the profile, on which the memory of a profile's server depends.
package struct PlannedModel: Sendable {
  /// The facts from the model's files.
  package let facts: ModelFacts
  /// The GPUs that the server sees; empty for a server without GPUs.
  package let gpus: [GPU]
  /// The size of the image encoder in bytes; nil for none.
  package let projector: Int?
  /// The number of tokens in a request, if it differs from the profile's; nil for the profile's.
  package let context: Int?
  /// A setting to try instead of the profile's; nil for the profile as it is.
  package var trial: MemoryTrial?

  package init(facts: ModelFacts, gpus: [GPU], projector: Int? = nil, context: Int? = nil) {
    self.context = context
    self.facts = facts
    self.gpus = gpus
    self.projector = projector
  }
}

/// A setting that can reduce the memory that a server needs.
package enum MemoryTrial: String, Sendable, CaseIterable {
  /// An 8-bit key-value cache.
  case smallCache
  /// A quarter of the concurrent requests, each of which needs a row of logits.
  case fewerRequests
  /// A larger share of the card's memory.
  case largerShare
  /// One slot instead of four.
  case oneSlot
}

/// The setting for a server's share of the GPU memory.
package struct ShareSetting: Sendable {
  /// The key in a profile.
  package let key: String
  /// The launcher's option.
  package let option: String
  /// The part of the setting that the server takes.
  package let factor: Double

  init(_ key: String, _ option: String, factor: Double = 1) {
    self.key = key
    self.option = option
    self.factor = factor
  }

  /// Returns the setting for a share of the memory, rounded down to 0.01, with its key.
  package func words(for share: Double) -> String {
    "\(key): \(String((share / factor * 100 + 0.001).rounded(.down) / 100))"
  }
}

extension Runtime {
  package static var shareSetting: ShareSetting? { nil }

  package static func uncounted(in profile: Profile, _ facts: ModelFacts?) -> [String] { [] }

  package static func omission(of option: String) -> String {
    "The effect of '\(option)' is not counted."
  }

  package static var readsGGUF: Bool { false }

  /// Returns the settings that a profile needs for a trial; nil if the runtime has no such setting.
  package static func words(for trial: MemoryTrial) -> String? { nil }

  /// Returns how much memory the server of a profile takes; nil if amm cannot estimate it.
  ///
  /// - Throws: ``MissingFacts``.
  package static func memory(
    of profile: Profile, _ model: PlannedModel
  ) throws(MissingFacts) -> MemoryEstimate? { nil }
}

extension Profile {
  /// Returns what a plan of the profile's memory leaves out, as sentences; empty if it is complete.
  package func omissions(of model: PlannedModel) -> [String] {
    var omissions = runtime.value.uncounted(in: self, model.facts).map(runtime.value.omission)
    if projectorPath != nil, model.projector == nil {
      omissions.append("The size of the 'mmproj' file is not known.")
    }
    if model.facts.hasTwoHalves {
      omissions.append("The model has an encoder and a decoder, and only one of them is counted.")
    }
    omissions += optionsBesidesTable.map {
      "amm does not know '\($0)' of this version: its effect is not counted."
    }
    return omissions + [unknownArchitecture(of: model.facts)].compactMap { $0 }
  }

  /// The options of the runtime's section that the table of its version does not have.
  private var optionsBesidesTable: [String] {
    guard let catalogue = table?.catalogue else { return [] }
    return settings.own.compactMap { setting in
      switch setting.option {
      case .argument(let name), .flag(let name, _), .words(let name), .object(let name):
        catalogue.place(of: name) == nil ? name : nil
      default: nil
      }
    }
  }

  /// The version of the image, for display; nil if the tag does not name one.
  package var releaseText: String? {
    build.map { "b\($0)" } ?? imageTag.flatMap(Release.init(tag:))?.text
  }

  /// The image encoder's file, which lets the model read images; nil for none.
  package var projectorPath: HostPath? { LlamaCpp.options(of: self).mmproj?.value }

  /// The version of the image, or of the runtime's default image; nil if the tag does not name one.
  var serverRelease: ServerRelease? {
    guard let release = imageTag.flatMap(Release.init(tag:)) else { return nil }
    return ServerRelease(release.text)
  }

  /// The build number of llama.cpp; nil if the tag does not name one.
  var build: Int? {
    imageTag.flatMap { tag in
      tag.split(separator: "-").last.flatMap { $0.first == "b" ? Int($0.dropFirst()) : nil }
    }
  }

  private var imageTag: String? {
    if let image { return image.value.tag }
    return Processor.allCases.lazy.compactMap { self.runtime.value.image(for: $0) }.first?.tag
  }

  /// Returns the number that an option is set to, with or without a fraction.
  func amount(_ name: String) -> Double? {
    switch launched(name)?.value {
    case .integer(let number)?: Double(number)
    case .number(let number)?: number
    case .text(let text)?: Double(text).flatMap { $0.isFinite ? $0 : nil }
    default: nil
    }
  }

  /// Returns the integer that an option is set to, or nil if it is below a minimum.
  func count(_ name: String, atLeast least: Int = 1) -> Int? {
    // Some options accept words in addition to numbers: "auto", "all".
    let found: Int? =
      switch launched(name)?.value {
      case .integer(let number)?: number
      case .text(let text)?: Int(text)
      default: nil
      }
    return found.flatMap { $0 >= least ? $0 : nil }
  }
}
