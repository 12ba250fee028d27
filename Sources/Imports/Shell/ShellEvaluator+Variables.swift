/// Assignments of variables and arrays.
extension ShellEvaluator {
  private mutating func save(_ name: String) {
    guard subshells > 0 else { return }
    let variable = variables[name]
    budget -= variable?.elements.count ?? 0
    saved.append((name, variable))
  }

  /// Sets a variable to what it was at another time.
  mutating func restore(_ name: String, _ variable: ShellVariable?) {
    save(name)
    budget -= variable?.elements.count ?? 0
    variables[name] = variable
  }

  mutating func set(_ name: String, to value: ShellField, isExported: Bool = false) {
    let isOpen = value.text.isOpen || value.text.count > Self.limits.value
    let old = variables[name]
    // What a branch reads from outside does not replace what the script sets itself, and no option is given.
    if let old, !old.isOpen {
      if optionLoops > 0 { return }
      if conditions > 0, isOpen, old.elements.first?.text.isEmpty == false { return }
    }
    save(name)
    var variable = ShellVariable()
    variable.isOpen = isOpen && (value.text.count > Self.limits.value || value.isList)
    variable.elements = variable.isOpen ? [] : [value]
    variable.mayBeUnset = isOpen && conditions > 0
    variable.isExported = isExported || exportsAll || old?.isExported ?? false
    variables[name] = variable
  }

  mutating func setOpen(_ name: String) {
    if conditions > 0, let old = variables[name], !old.isOpen,
      optionLoops > 0 || old.elements.first?.text.isEmpty == false
    {
      return
    }
    save(name)
    variables[name] = ShellVariable(
      isExported: variables[name]?.isExported ?? false, isOpen: true, mayBeUnset: conditions > 0)
  }

  mutating func assign(_ assignment: ShellAssignment, isExported: Bool = false) {
    let name = assignment.name
    switch assignment.value {
    case .text(let word):
      var value = field(of: word)
      (value.start, value.end) = (assignment.start, assignment.end)
      if openTests > 0 { value.text = value.text.conditional }
      if assignment.hasIndex {
        setElement(name, to: value)
      } else if assignment.isAppending, variables[name]?.isOpen == false {
        append(value, to: name, isExported)
      } else {
        let isFromOutside = value.text.isEmpty && dependsOnOutside(word.parts)
        let before = variables[name]?.elements.first?.text
        set(name, to: value, isExported: isExported)
        if openTests > 0, let before, !before.isOpen, before.bytes != value.text.bytes {
          variables[name]?.mayBeAnother = true
        }
        if isFromOutside { variables[name]?.isFromOutside = true }
      }
    case .list(let words):
      var elements: [ShellField] = []
      for word in words { elements += fields(of: word) }
      if openTests > 0 {
        for index in elements.indices { elements[index].text = elements[index].text.conditional }
      }
      // A loop over the script's options adds as many as there are.
      if optionLoops > 0 {
        for index in elements.indices where elements[index].text.isOpen {
          elements[index].isList = true
        }
      }
      budget -= elements.count
      save(name)
      if assignment.isAppending, variables[name]?.isOpen == false {
        // The elements are added in place, so that a long array is not copied each time.
        variables[name]?.elements += elements
        variables[name]?.isArray = true
      } else {
        variables[name] = ShellVariable(
          elements: elements, isArray: true, isExported: variables[name]?.isExported ?? false)
      }
    }
  }

  private mutating func append(_ value: ShellField, to name: String, _ isExported: Bool) {
    save(name)
    guard let count = variables[name]?.elements.count, count > 0 else {
      variables[name]?.elements = [value]
      return
    }
    variables[name]?.elements[0].text.append(value.text)
    if isExported { variables[name]?.isExported = true }
    if (variables[name]?.elements[0].text.count ?? 0) > Self.limits.value {
      variables[name] = ShellVariable(isExported: isExported, isOpen: true)
    }
  }

  /// Sets an element; which one is not followed, except that it is added to an array.
  private mutating func setElement(_ name: String, to value: ShellField) {
    save(name)
    variables[name] = ShellVariable(
      isArray: true, isExported: variables[name]?.isExported ?? false, isOpen: true)
  }

  mutating func export(_ name: String) {
    guard variables[name] != nil else { return }
    save(name)
    variables[name]?.isExported = true
  }

  mutating func unset(_ name: String) {
    guard conditions == 0 else { return }
    save(name)
    variables[name] = nil
  }

  mutating func exportAll(_ isOn: Bool) { exportsAll = isOn }
}
