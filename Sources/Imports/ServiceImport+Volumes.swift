import Deployments
import Diagnostics
import Profiles
import Schema
import Text
import Workspaces

extension ServiceImport {
  /// Returns a mount as an instance writes it; nil if an instance cannot have it, which is recorded.
  mutating func volume(
    _ place: Located<ForeignServer.Place>, from source: String
  ) -> Located<String>? {
    let known = Set(Mount.Option.allCases.map(\.rawValue))
    for option in place.value.options where !known.contains(option) {
      fates.append(
        Fate(
          key: Located(option, place.range), kind: .dropped,
          reason: "mounts have the options \(Phrase.allOf(known.sorted()))"))
    }
    let options =
      (place.value.isReadOnly ? [Mount.Option.readOnly.rawValue] : [])
      + place.value.options.filter(known.contains)
    let text =
      "\(source):\(place.value.target)" + (options.isEmpty ? "" : ":")
      + options.joined(separator: ",")
    guard let reason = VolumeChoice.refusal(of: text) else { return Located(text, place.range) }
    fates.append(
      Fate(
        key: Located(place.value.target, place.range), kind: .dropped,
        reason: Self.reason(for: place.value, source) ?? "a mount \(reason)"))
    return nil
  }

  /// Returns why an instance cannot have a mount, if its paths or its name are the reason.
  private static func reason(for place: ForeignServer.Place, _ source: String) -> String? {
    if source.contains("%") { return "its source depends on the machine" }
    let texts = [source, place.target]
    if texts.contains(where: { $0.contains(where: \.isWhitespace) }) {
      return "paths of mounts have no spaces; give the folder another name, or a link without one"
    }
    if place.isVolume, ResourceName(source) == nil {
      return "names of volumes have letters, digits, '_' and '-'"
    }
    return nil
  }
}
