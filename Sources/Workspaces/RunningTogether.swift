package import Deployments

/// The choice of what runs at the same time, of which exclusive groups have one member.
package enum RunningTogether {
  /// Returns the items that can run at the same time without anyone starting them by hand, in their
  /// order, with what each takes.
  ///
  /// - Parameters:
  ///   - group: Returns the exclusive group of an item, or nil.
  ///   - startsItself: Returns whether an item starts without a user.
  ///   - amount: Returns what an item takes, or nil for an item that is left out.
  package static func choose<Item, Amount: Comparable>(
    among items: [Item], group: (Item) -> ResourceName?, startsItself: (Item) -> Bool,
    _ amount: (Item) -> Amount?
  ) -> [(instance: Item, amount: Amount)] {
    let automatic = Set(items.filter(startsItself).compactMap(group))
    var largest: [ResourceName: (place: Int, amount: Amount)] = [:]
    var chosen: [(place: Int, amount: Amount)] = []
    for (place, item) in items.enumerated() {
      guard let amount = amount(item) else { continue }
      guard let group = group(item) else {
        if startsItself(item) { chosen.append((place, amount)) }
        continue
      }
      guard automatic.contains(group) else { continue }
      if let known = largest[group], known.amount >= amount { continue }
      largest[group] = (place, amount)
    }
    return (chosen + largest.values).sorted { $0.place < $1.place }
      .map { (items[$0.place], $0.amount) }
  }
}
