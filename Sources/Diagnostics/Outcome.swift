/// The result of a stage and its diagnostics.
@usableFromInline package struct Outcome<Value> {
  /// The result; nil if and only if there was an error.
  @usableFromInline package let value: Value?
  /// The diagnostics, in order.
  @usableFromInline package let diagnostics: [Diagnostic]

  /// Creates an outcome; the value is dropped if there are errors.
  @inlinable package init(_ value: Value?, _ diagnostics: [Diagnostic]) {
    self.value = diagnostics.isEmpty || !diagnostics.hasErrors ? value : nil
    self.diagnostics = diagnostics
  }

  /// Returns the next stage's outcome, with this stage's diagnostics before it.
  @inlinable package func then<Next>(_ next: (Value) -> Outcome<Next>) -> Outcome<Next> {
    guard let value else { return Outcome<Next>(nil, diagnostics) }
    let outcome = next(value)
    return Outcome<Next>(outcome.value, diagnostics + outcome.diagnostics)
  }
}

extension Outcome: Sendable where Value: Sendable {}
