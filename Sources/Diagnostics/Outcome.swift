/// What a stage made, and all that it said while making it.
@usableFromInline package struct Outcome<Value> {
  /// Nil exactly when an error prevented it.
  @usableFromInline package let value: Value?
  /// What there is to say, in order.
  @usableFromInline package let diagnostics: [Diagnostic]

  /// A value, or nil where there are errors, and what there is to say.
  @inlinable package init(_ value: Value?, _ diagnostics: [Diagnostic]) {
    self.value = diagnostics.isEmpty || !diagnostics.hasErrors ? value : nil
    self.diagnostics = diagnostics
  }

  /// The next stage's outcome, with this stage's diagnostics before its own.
  @inlinable package func then<Next>(_ next: (Value) -> Outcome<Next>) -> Outcome<Next> {
    guard let value else { return Outcome<Next>(nil, diagnostics) }
    let outcome = next(value)
    return Outcome<Next>(outcome.value, diagnostics + outcome.diagnostics)
  }
}

extension Outcome: Sendable where Value: Sendable {}
