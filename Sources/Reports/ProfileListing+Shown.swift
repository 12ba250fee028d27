import Diagnostics
import Memory
package import Operations
import Profiles
import Schema
package import Values

extension [ProfileListing] {
  /// Returns a table with as many columns as fit the terminal; the most useful ones are kept.
  package func table(_ layout: Layout) -> [Shown] {
    guard !isEmpty else { return [] }
    let filled = Column.allCases.filter { column in contains { !column.cell(of: $0).isEmpty } }
    let limit = layout.columns ?? .max
    // A description needs a column that is wide enough for some words.
    let columns = filled.filter { $0 != .description }
    if limit == .max || Table(rows(columns)).width + 32 <= limit {
      return lines(of: Table(rows(filled)), layout)
    }
    var kept = columns
    for dropped in Column.leastUseful where Table(rows(kept)).width > limit {
      kept.removeAll { $0 == dropped }
    }
    return lines(of: Table(rows(kept)), layout)
  }

  private func rows(_ columns: [Column]) -> [[String]] {
    [columns.map(\.title)]
      + map { listing in
        guard listing.entry.profile == nil else { return columns.map { $0.cell(of: listing) } }
        return [listing.entry.file.id, "invalid"]
      }
  }

  private func lines(of table: Table, _ layout: Layout) -> [Shown] {
    table.lines(within: layout.columns, titles: layout.style) { column, cell in
      column == 0 ? layout.style.bold(cell) : cell
    }
  }

  /// A column of the table.
  private enum Column: String, CaseIterable {
    case profile, runtime, size, context, memory, fits, license, served, description

    /// The columns that a narrow terminal leaves out, in this order.
    static let leastUseful: [Column] = [.license, .runtime, .served, .size, .context, .fits]

    var title: String { rawValue.uppercased() }

    func cell(of listing: ProfileListing) -> String {
      switch self {
      case .profile: listing.entry.file.id
      case .runtime: listing.entry.profile?.runtime.value.name ?? ""
      case .size: listing.parameters.map(Figures.count) ?? ""
      case .context: listing.contextLength.map(Figures.tokens) ?? ""
      case .memory:
        (listing.plan?.estimate.flatMap { $0.gpuCount > 1 ? "\($0.gpuCount) x " : nil } ?? "")
          + (listing.plan?.size ?? "")
      case .fits: listing.fit?.rawValue ?? ""
      case .license: listing.license ?? ""
      case .served: listing.servedBy.joined(separator: ", ")
      case .description:
        (listing.supersededBy.map { "(newer: \($0)) " } ?? "")
          + (listing.entry.profile?.document.description?.value ?? "")
      }
    }
  }
}

extension ProfileListing {
  /// The listing for programs.
  package var value: Value {
    let (profile, file) = (entry.profile, entry.file)
    return .set([
      "id": .text(file.id),
      "path": .text(file.path),
      "library": .boolean(file.isFromLibrary),
      "valid": .boolean(profile != nil),
      "name": profile.map { .text($0.name.value) },
      "category": .text(category),
      "description": profile?.document.description.map { .text($0.value) },
      "runtime": profile.map { .text($0.runtime.value.name) },
      "model": profile.map { .text($0.model.text) },
      "tags": profile.map { .texts($0.document.tags?.value.map(\.value) ?? []) },
      "parameters": parameters.map(Value.integer),
      "context_length": contextLength.map(Value.integer),
      "license": license.map(Value.text),
      "superseded_by": supersededBy.map(Value.text),
      "served_by": .texts(servedBy),
      "memory": plan?.estimate == nil ? nil : plan?.brief,
      "fits": fit.map { .text($0.rawValue) },
    ])
  }

  /// The category in the profile, else the first folder of its path.
  package var category: String { entry.category }
}

/// Numbers in short form.
private enum Figures {
  /// Returns a number of parameters: `335M`, `6.7B`.
  static func count(_ number: Int) -> String {
    let units = [("T", 1e12), ("B", 1e9), ("M", 1e6)]
    guard let (unit, size) = units.first(where: { Double(number) >= $0.1 }) else {
      return "\(number)"
    }
    let tenths = Int((Double(number) / size * 10).rounded())
    return tenths < 100 && tenths % 10 != 0
      ? "\(tenths / 10).\(tenths % 10)\(unit)" : "\((tenths + 5) / 10)\(unit)"
  }

  /// Returns a number of tokens: `8k`, `256k`, `1M`.
  static func tokens(_ number: Int) -> String {
    if number >= 1 << 20, number.isMultiple(of: 1 << 20) { return "\(number >> 20)M" }
    return number >= 1024 ? "\((number + 512) >> 10)k" : "\(number)"
  }
}
