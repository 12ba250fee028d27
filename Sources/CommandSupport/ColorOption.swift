package import ArgumentParser
import Host

/// When output is coloured.
package enum ColorChoice: String, CaseIterable, ExpressibleByArgument {
  case auto, always, never
}

/// What every command has.
package struct ColorOption: ParsableArguments {
  /// The choice as it was typed.
  @Option(help: "When to colour: auto (on a terminal), always or never.")
  package var color: ColorChoice = .auto

  package init() {}

  /// Applies the choice to everything that is written from now on.
  package func validate() {
    switch color {
    case .auto: return
    case .always: Terminal.setColor(true)
    case .never: Terminal.setColor(false)
    }
  }
}
