import Deployments
import Diagnostics
package import Host
package import Profiles
import Schema
import Targets
import Values
package import Workspaces

/// Data that Podman keeps for servers and that is no longer used: volumes, images, and models in a
/// volume of downloads.
///
/// Creating this changes nothing. An item is in use if this workspace deploys it, any unit of the
/// user names it, or a container has it, running or not.
package struct UnusedStorage {
  /// An item that can be removed.
  package struct Item: Equatable {
    /// The kind of an item.
    package enum Kind: String, CaseIterable { case volume, image, model }

    /// The item's kind.
    package let kind: Kind
    /// The name of the volume, the image, or the model on the hub.
    package let name: String
    /// The size on disk in bytes; nil if unknown.
    package let size: Int?
    /// The command that removes it.
    let removal: [String]
  }

  /// The items, sorted by kind, the largest first.
  package let items: [Item]

  /// Queries Podman for its data.
  ///
  /// - Parameters:
  ///   - profiles: The profiles of the workspace, served or not. What they name is kept.
  ///   - isWhole: Whether these are all profiles. The model of an unreadable profile would count as
  ///     unused, so models are not searched if some are missing.
  /// - Returns: Nil if Podman is not available.
  package init?(
    beside workspace: Workspace, _ profiles: [Profile], areAll isWhole: Bool, on machine: Machine
  ) {
    guard let volumes = machine.list(["podman", "volume", "ls", "--format", "json"]),
      let images = machine.list(["podman", "image", "ls", "--format", "json"]),
      let containers = machine.list(["podman", "container", "ls", "--all", "--format", "json"])
    else { return nil }
    let units = machine.unitTexts
    let stores = Set(workspace.deployment.stores.map(\.text))
    let mounted = Set(containers.flatMap { $0["Mounts"]?.list ?? [] }.compactMap(\.text))
    func isUsed(_ volume: JSONValue) -> Bool {
      guard let name = volume["Name"]?.text, let place = volume["Mountpoint"]?.text else {
        return false
      }
      return stores.contains(name) || mounted.contains(place) || mounted.contains(name)
        || units.contains { $0.names(store: name) }
    }
    let used = volumes.filter(isUsed)
    var found = Self.volumes(among: volumes.filter { !isUsed($0) }, machine)
    let running = Set(containers.compactMap { $0["ImageID"]?.text })
    let served = Set(workspace.deployment.containers.map(\.image.text))
    found += Self.images(
      among: images.filter { $0["Id"]?.text.map { !running.contains($0) } ?? false },
      named: profiles
    ) { image in served.contains(image) || units.contains { $0.contains(image) } }
    if isWhole { found += Self.models(in: used, named: profiles, units, machine) }
    items = found.sorted { left, right in
      (Item.Kind.allCases.firstIndex(of: left.kind) ?? 0, -(left.size ?? 0), left.name)
        < (Item.Kind.allCases.firstIndex(of: right.kind) ?? 0, -(right.size ?? 0), right.name)
    }
  }

  /// Returns the unused volumes that belong to amm.
  private static func volumes(among unused: [JSONValue], _ machine: Machine) -> [Item] {
    unused.compactMap { volume in
      guard let name = volume["Name"]?.text, let place = volume["Mountpoint"]?.text,
        volume.isStore || name.isCompileStore
      else { return nil }
      return Item(
        kind: .volume, name: name, size: machine.size(of: [place])[place],
        removal: ["podman", "volume", "rm", name])
    }
  }

  /// Returns the images without a container that belong to a runtime or a profile and are not named
  /// by any unit.
  private static func images(
    among idle: [JSONValue], named profiles: [Profile], isNamed: (String) -> Bool
  ) -> [Item] {
    let own = Runtimes.all.flatMap { runtime in
      Processor.allCases.compactMap { runtime.image(for: $0)?.name }
    }
    let known = Set(own + profiles.compactMap { $0.image?.value.name })
    return idle.compactMap { image in
      let names = (image["Names"]?.list ?? []).compactMap(\.text)
      let references = names.compactMap(ImageReference.init)
      guard let id = image["Id"]?.text, !references.isEmpty,
        references.allSatisfy({ known.contains($0.name) }),
        !references.contains(where: { isNamed($0.text) })
      else { return nil }
      return Item(
        kind: .image, name: names[0], size: image["Size"]?.number.map { Int($0) },
        removal: ["podman", "image", "rm", id])
    }
  }

  /// Returns the models that no profile and no unit names, in volumes that servers use.
  private static func models(
    in volumes: [JSONValue], named profiles: [Profile], _ units: [String], _ machine: Machine
  ) -> [Item] {
    let wanted = Set(
      profiles.compactMap { profile in
        if case .huggingFace(let id, _) = profile.model { id.value } else { String?.none }
      })
    var places: [(model: String, path: String)] = []
    for volume in volumes where volume.isStore {
      guard let root = volume["Mountpoint"]?.text else { continue }
      for folder in [root, root + "/hub"] {
        for entry in machine.names(in: folder) {
          guard let model = entry.hubModel, !wanted.contains(model),
            !units.contains(where: { $0.contains(model) })
          else { continue }
          places.append((model, folder + "/" + entry))
        }
      }
    }
    let sizes = machine.size(of: places.map(\.path))
    return places.map { model, path in
      Item(
        kind: .model, name: model, size: sizes[path],
        removal: ["podman", "unshare", "rm", "-rf", "--", path])
    }
  }

  /// Removes the items of some kinds.
  ///
  /// - Returns: The items that could not be removed, with the reasons.
  package func remove(
    _ kinds: Set<Item.Kind>, on machine: Machine
  ) throws(HostError) -> [(item: Item, reason: String)] {
    var failed: [(item: Item, reason: String)] = []
    for item in items where kinds.contains(item.kind) {
      let result = try machine.perform(item.removal, nil) { _, _ in }
      if !result.isSuccess {
        failed.append((item, "'podman' failed with exit status \(result.status)"))
      }
    }
    return failed
  }
}

extension Machine {
  /// Returns the list that a program prints as JSON; nil if it fails.
  fileprivate func list(_ words: [String]) -> [JSONValue]? {
    guard let result = capture(words), result.isSuccess else { return nil }
    return JSONValue(parsing: result.output)?.list
  }

  /// The texts of the user's units, from any source.
  fileprivate var unitTexts: [String] {
    guard let home = try? folders.home else { return [] }
    var texts: [String] = []
    func look(_ folder: String, _ depth: Int) {
      for name in names(in: folder) {
        if [".container", ".volume", ".kube", ".pod"].contains(where: name.hasSuffix) {
          if let text = text(folder + "/" + name) { texts.append(text) }
        } else if depth < 3 {
          look(folder + "/" + name, depth + 1)
        }
      }
    }
    look(home + "/.config/containers/systemd", 0)
    return texts
  }

  /// Returns the sizes of folders in bytes, by path.
  ///
  /// Folders of unknown size are missing.
  fileprivate func size(of paths: [String]) -> [String: Int] {
    guard !paths.isEmpty,
      let result = capture(["podman", "unshare", "du", "-s", "--block-size=1", "--"] + paths)
    else { return [:] }
    var sizes: [String: Int] = [:]
    for line in result.output.split(separator: "\n") {
      let parts = line.split(separator: "\t", maxSplits: 1)
      if parts.count == 2, let bytes = Int(parts[0]) { sizes[String(parts[1])] = bytes }
    }
    return sizes
  }
}

extension JSONValue {
  /// Whether amm declared the volume.
  fileprivate var isStore: Bool { self["Labels"]?[Podman.storeLabel] != nil }
}

extension String {
  /// Whether it is the name of a volume for a server's compiled code.
  fileprivate var isCompileStore: Bool {
    Runtimes.all.contains { $0.compileCache != nil && hasPrefix($0.name + "-compiled-") }
  }

  /// Returns whether a unit mounts a volume.
  fileprivate func names(store: String) -> Bool {
    contains("Volume=\(store).volume:") || contains("Volume=\(store):")
      || contains("VolumeName=\(store)\n") || contains("source=\(store)")
  }

  /// The model with this folder in the hub's cache: `models--org--model` (huggingface_hub,
  /// file_download.py, repo_folder_name); nil for other names.
  fileprivate var hubModel: String? {
    guard hasPrefix("models--"),
      utf8.allSatisfy({ $0 == 0x2D || $0 == 0x2E || $0 == 0x5F || ($0 > 0x2F && $0 < 0x7B) }),
      !utf8.contains(0x2F), !contains("..")
    else { return nil }
    let parts = dropFirst("models--".count).split(separator: "-", omittingEmptySubsequences: false)
    let text = parts.joined(separator: "-")
    guard let range = text.firstRange(of: "--") else { return text }
    return text[..<range.lowerBound] + "/" + text[range.upperBound...]
  }
}
