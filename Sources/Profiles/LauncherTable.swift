package import Catalogues
import Deployments
package import Schema

/// The table of options that a profile is judged by, and how well it fits the profile's image.
package struct LauncherTable: Sendable {
  /// How well a table fits an image.
  package enum Fit: Sendable, Equatable {
    /// It is of the image's release.
    case exact
    /// It is of the nearest release that amm has a table of; the image is of this one.
    case near(Release)
    /// The image is not the project's own, or its tag says no release.
    case unknown
  }

  /// The options.
  package let catalogue: Catalogue
  /// How well it fits.
  package let fit: Fit
  /// The next release that has a table, where the image's release lies between the two.
  private let after: Release?
  private let launcher: String

  /// That of an image, or of the runtime's pinned one; nil where the runtime has no table.
  init?(_ runtime: any Runtime.Type, image: ImageReference?) {
    let pinned = Processor.allCases.compactMap { runtime.image(for: $0) }
    let used = image ?? pinned.first
    let release = used.flatMap { used in
      pinned.contains { $0.name == used.name } ? used.tag.flatMap(Release.init(tag:)) : nil
    }
    let fallback = release ?? pinned.first?.tag.flatMap(Release.init(tag:))
    guard let wanted = fallback else { return nil }
    if let exact = Catalogue.of(runtime.name, wanted) {
      launcher = runtime.name
      catalogue = exact
      after = nil
      fit = release == nil ? .unknown : .exact
      return
    }
    let releases = Catalogue.releases(of: runtime.name)
    guard let nearest = releases.last(where: { $0 < wanted }) ?? releases.first,
      let near = Catalogue.of(runtime.name, nearest)
    else { return nil }
    launcher = runtime.name
    catalogue = near
    after =
      near.release < wanted
      ? releases.first { wanted < $0 } : nil
    fit = release.map { .near($0) } ?? .unknown
  }

  /// The release to speak of: the image's, or the table's where the image's is not known.
  package var release: Release {
    if case .near(let release) = fit { release } else { catalogue.release }
  }

  /// The option that a key of a section names, shortened where the launcher takes that.
  func option(
    key: String, of runtime: any Runtime.Type
  ) -> (option: CatalogueOption, name: String)? {
    catalogue.option(key: key, shortened: runtime.argumentSyntax == .argparse)
  }

  /// What the table is of, for messages: "vllm 0.31.0".
  ///
  /// - Parameter isSure: Whether it speaks for the image.
  package func title(of runtime: any Runtime.Type, isSure: Bool) -> String {
    if isSure { return "\(runtime.name) \(release.text)" }
    let table = "\(runtime.name) \(catalogue.release.text)"
    return fit == .unknown
      ? "\(table), by whose table this image is judged,"
      : "\(table), the nearest release that amm has a table of,"
  }

  /// Whether what the table lacks is not in the image: what neither the release before nor the one
  /// after has, none between them has.
  package func isSure(_ lacks: (Catalogue) -> Bool) -> Bool {
    switch fit {
    case .exact: true
    case .near: after.flatMap { Catalogue.of(launcher, $0) }.map(lacks) ?? false
    case .unknown: false
    }
  }
}
