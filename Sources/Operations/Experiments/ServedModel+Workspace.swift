import Deployments
import Diagnostics
package import Experiments
import Host
import Locks
import Profiles
import Schema
import Text
import Values
package import Workspaces

extension ServedModel {
  /// Returns what an instance serves, according to the workspace and, for the image, to Podman.
  ///
  /// - Parameter instance: The instance's name.
  /// - Returns: Nil if the workspace has no such instance, or it serves nothing.
  package static func of(
    _ instance: String, in workspace: Workspace, on machine: Machine
  ) -> ServedModel? {
    guard let deployed = workspace.deployment.workload(named: instance),
      let settings = workspace.instance(named: deployed.name.text),
      let profile = settings.active?.profile
    else { return nil }
    let bytes = profile.source.bytes
    return ServedModel(
      time: machine.clock.timestamp(), instance: instance, profile: deployed.provenance.profile,
      profileHash: SHA256.digest(of: String(decoding: bytes, as: UTF8.self)),
      runtime: deployed.provenance.runtime, model: profile.model.text,
      revision: ModelRevision(machine: machine).of(
        profile.model, in: settings.cachePlace),
      image: deployed.server.image.text,
      imageDigest: digest(of: deployed.server.image, on: machine),
      devices: deployed.server.accelerators.map(\.text), amm: Release.version)
  }

  /// Returns the digest of an image on this machine; nil if Podman does not have it.
  private static func digest(of image: ImageReference, on machine: Machine) -> String? {
    if let digest = image.digest { return digest }
    let words = ["podman", "image", "inspect", "--format", "{{.Digest}}", image.text]
    guard let result = machine.capture(words), result.isSuccess,
      let line = result.output.split(separator: "\n").first, line.hasPrefix("sha256:")
    else { return nil }
    return String(line)
  }
}

/// Finds the commit of the model files that a server loads.
private struct ModelRevision {
  let machine: Machine

  /// Returns the commit if it is known, otherwise the branch or tag that the profile names.
  func of(
    _ model: ModelSource, in cache: (cache: ModelCache, place: Mount.Source)?
  ) -> String? {
    guard case .huggingFace(let id, let revision) = model else { return nil }
    if let written = revision?.value, written.isCommit { return written }
    let commit = cache.flatMap { machine.folder(of: $0.place) }.flatMap {
      downloaded(id.value, at: revision?.value ?? "main", in: $0)
    }
    return commit ?? revision?.value
  }

  /// Returns the commit that a branch or tag referred to when it was downloaded.
  ///
  /// huggingface_hub stores it in `models--ORGANISATION--MODEL/refs/NAME` in its cache
  /// (documentation, "Understand caching"), directly or below `hub/`.
  private func downloaded(_ id: String, at name: String, in folder: String) -> String? {
    let model = ModelName.cacheFolder(of: id)
    for cache in [folder, folder + "/hub"] {
      guard let bytes = try? Files.read("\(cache)/\(model)/refs/\(name)", limit: 64) else {
        continue
      }
      let commit = String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace }
      if commit.isCommit { return commit }
    }
    return nil
  }
}

extension Workspace {
  /// Returns the instances that serve a profile, named by its path, file name or name, or a model.
  package func instances(serving word: String) -> [Instance] {
    instances.filter { instance in
      guard let active = instance.active else { return false }
      let stem = active.id.split(separator: "/").last.map(String.init)
      return [active.id, stem, active.profile.name.value, active.profile.model.text]
        .contains(word)
    }
  }
}

extension ExperimentStore {
  /// Records the configuration that an instance was switched to in the running experiment.
  ///
  /// A failure to record is only reported; the switch remains.
  package func record(_ switching: SwitchTransaction) {
    let machine = switching.folder.machine
    do {
      guard try activeID() != nil else { return }
      // Load it from disk again: a profile of the library was copied only with the switch.
      guard let workspace = try WorkspaceLoader(switching.folder).load().value,
        let served = ServedModel.of(switching.instance, in: workspace, on: machine),
        let name = workspace.profile(of: switching.instance)?.name.value,
        let id = try record([.served(served, as: name)])
      else { return }
      machine.tell(.note("recorded in experiment \(id)"))
    } catch let error as HostError {
      machine.tell(
        .warning("this switch is not recorded in the experiment: \(error.message)", help: nil))
    } catch let damage as Damage {
      machine.tell(.diagnostics(damage.diagnostics))
      machine.tell(
        .warning(
          "this switch is not recorded in the experiment: \(damage.message)", help: damage.help))
    } catch {
      preconditionFailure("no other error is thrown")
    }
  }
}
