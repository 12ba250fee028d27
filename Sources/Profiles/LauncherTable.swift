package import Catalogues
package import Deployments
package import Schema

/// The table that a profile's options are checked against, and how well it fits the profile's
/// image.
package struct LauncherTable: Sendable {
  /// How well a table fits an image.
  package enum Fit: Sendable, Equatable {
    /// The table is for the image's version.
    case exact
    /// The table is for the nearest version that has one; the associated value is the image's
    /// version.
    case near(Release)
    /// The image is not the project's own, or its tag contains no version.
    case unknown
  }

  /// The options.
  package let catalogue: Catalogue
  /// How well it fits.
  package let fit: Fit
  /// The next version that has a table, if the image's version is between the two.
  private let after: Release?
  private let launcher: String

  /// Finds the table for an image, or for the runtime's pinned one; nil if the runtime has no
  /// table.
  package init?(_ runtime: any Runtime.Type, image: ImageReference?) {
    let pinned = Processor.allCases.compactMap { runtime.image(for: $0) }
    let used = image ?? pinned.first
    let release = used.flatMap { used in
      let isOwn =
        pinned.contains { $0.name == used.name }
        || runtime.foreign.startingImages.contains { used.name.hasSuffix("/" + $0) }
      return isOwn ? used.tag.flatMap(Release.init(tag:)) : nil
    }
    let stated = release == nil ? used?.tag.flatMap { Self.release(of: runtime.name, in: $0) } : nil
    let fallback = release ?? stated ?? pinned.first?.tag.flatMap(Release.init(tag:))
    guard let wanted = fallback else { return nil }
    if let exact = Catalogue.of(runtime.name, wanted) {
      launcher = runtime.name
      catalogue = exact
      after = nil
      fit = release != nil ? .exact : stated.map { .near($0) } ?? .unknown
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
    fit = (release ?? stated).map { .near($0) } ?? .unknown
  }

  /// Returns the version after the runtime's name in the tag of another project's image, such as
  /// `rocm6.4.1_pytorch_2.6_vllm_0.8.5`; nil if the tag has none.
  private static func release(of runtime: String, in tag: String) -> Release? {
    guard let name = tag.firstRange(of: runtime) else { return nil }
    let rest = tag[name.upperBound...].drop { $0 == "_" || $0 == "-" || $0 == "v" }
    let version = rest.prefix { $0.isNumber || $0 == "." }
    return version.contains(".") ? Release(tag: String(version)) : nil
  }

  /// The version for messages: the image's, or the table's if the image's is not known.
  package var release: Release {
    if case .near(let release) = fit { release } else { catalogue.release }
  }

  /// Whether the image is older than the first version that has a table.
  package var isNewerThanImage: Bool {
    if case .near(let release) = fit { release < catalogue.release } else { false }
  }

  /// Returns the option that a key of a section names, or a prefix of it if the launcher accepts
  /// that.
  func option(
    key: String, of runtime: any Runtime.Type
  ) -> (option: CatalogueOption, name: String)? {
    catalogue.option(key: key, shortened: runtime.argumentSyntax == .argparse)
  }

  /// Returns the table's runtime and version, for messages: "vllm 0.31.0".
  ///
  /// - Parameter isSure: Whether the table certainly applies to the image.
  package func title(of runtime: any Runtime.Type, isSure: Bool) -> String {
    if isSure { return "\(runtime.name) \(release.text)" }
    let table = "\(runtime.name) \(catalogue.release.text)"
    return fit == .unknown
      ? "\(table), whose table amm uses for this image,"
      : "\(table), the nearest version that amm has a table for,"
  }

  /// Whether the image also lacks what the table lacks: a version between two tables has nothing
  /// that both of them lack.
  package func isSure(_ lacks: (Catalogue) -> Bool) -> Bool {
    switch fit {
    case .exact: true
    case .near: after.flatMap { Catalogue.of(launcher, $0) }.map(lacks) ?? false
    case .unknown: false
    }
  }
}
