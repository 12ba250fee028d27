import Deployments
import Host
import Locks
import Models
import Profiles
import Schema

/// The facts known about a profile's model on this machine.
struct KnownModel {
  let facts: ModelFacts
  /// Where they were read, as text after "read from".
  let origin: String
  /// The size of the separate image encoder in bytes.
  var projector: Int?

  /// The origin for a folder or file that the user named.
  static let ofFiles = "the named files"
  static let ofProfile = "the profile's 'model:' section"
  static let ofTable = "amm's table of public models"

  /// Creates the facts for named files.
  init(_ facts: ModelFacts) {
    self.facts = facts
    origin = Self.ofFiles
  }

  /// Takes the facts from the first source that has them: its files, the lock, the hub's cache,
  /// Ollama's store, amm's table, or the profile's 'model:' section; nil if none does.
  init?(of profile: Profile, on machine: Machine) {
    let home = machine.variable("HOME")
    projector = profile.projectorPath?.absolute(home: home).flatMap { Files.size(of: $0) }
    let finder = ModelFinder(machine: machine)
    let found: FoundModel?
    switch profile.model {
    case .local(let path):
      if let files = profile.files?.value, files.weights != nil {
        facts = files
        origin = files.format == .gguf ? FoundModel.fileOrigin : FoundModel.folderOrigin
        return
      }
      let place = path.value.absolute(home: home) ?? path.value.text
      found = try? finder.find(.path(place), quantization: nil)
    case .huggingFace, .ollama:
      if let locked = profile.locked, var facts = locked.facts {
        if facts.weights == nil {
          facts.weights = locked.weightBytes.flatMap { WeightSizes(ofAll: $0) }
        }
        self.facts = facts
        origin = "the lock"
        return
      }
      found = profile.lockName.flatMap { finder.find($0) }
    }
    if let found, let facts = found.plannedFacts {
      self.facts = facts
      origin = found.origin ?? "this machine"
    } else if let facts = profile.publicFacts {
      self.facts = facts
      origin = Self.ofTable
      // llama.cpp fetches the encoder with the model, in 16 bits (common/download.cpp).
      if projector == nil, profile.runtime.value.readsGGUF {
        projector = facts.vision?.bytes(to: facts.hiddenSize ?? 0)
      }
    } else if let outline = profile.outline {
      facts = outline
      origin = Self.ofProfile
    } else {
      return nil
    }
  }
}
