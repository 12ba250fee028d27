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
  /// What an instance serves, as the workspace says and as far as Podman knows the image.
  ///
  /// - Parameter instance: The instance's name.
  /// - Returns: Nil where the workspace has no such instance, or it serves nothing.
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

  /// The digest of an image on this machine; nil where Podman does not have it.
  private static func digest(of image: ImageReference, on machine: Machine) -> String? {
    if let digest = image.digest { return digest }
    let words = ["podman", "image", "inspect", "--format", "{{.Digest}}", image.text]
    guard let result = machine.capture(words), result.isSuccess,
      let line = result.output.split(separator: "\n").first, line.hasPrefix("sha256:")
    else { return nil }
    return String(line)
  }
}

/// Which commit of a model's files a server loads.
private struct ModelRevision {
  let machine: Machine

  /// The commit where it is known, else the branch or tag that the profile names.
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

  /// The commit that a branch or tag meant when it was downloaded.
  ///
  /// huggingface_hub keeps it at `models--ORGANISATION--MODEL/refs/NAME` of its cache (its
  /// documentation, "Understand caching"), directly or in `hub/`.
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
  /// The instances that serve what a word names: a profile by its path, file name or name, or a
  /// model.
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
  /// Remembers what an instance was switched to, in the experiment that runs.
  ///
  /// The switch stands whatever becomes of that: what cannot be recorded is said.
  package func record(_ switching: SwitchTransaction) {
    let machine = switching.folder.machine
    do {
      guard try activeID() != nil else { return }
      // As it stands on the disk: a profile of the library was only copied with the switch.
      guard let workspace = try WorkspaceLoader(switching.folder).load().value,
        let served = ServedModel.of(switching.instance, in: workspace, on: machine),
        let name = workspace.profile(of: switching.instance)?.name.value,
        let id = try record([.served(served, as: name)])
      else { return }
      machine.tell(.note("recorded in experiment \(id)"))
    } catch let error as HostError {
      machine.tell(
        .warning("the experiment does not know of this switch: \(error.message)", help: nil))
    } catch let damage as Damage {
      machine.tell(.diagnostics(damage.diagnostics))
      machine.tell(
        .warning(
          "the experiment does not know of this switch: \(damage.message)", help: damage.help))
    } catch {
      preconditionFailure("no other error is thrown")
    }
  }
}
