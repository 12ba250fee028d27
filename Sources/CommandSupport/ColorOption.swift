package import ArgumentParser
import Host

/// When amm colours its output.
package enum ColorChoice: String, CaseIterable, ExpressibleByArgument {
  case auto, always, never
}

/// The option that every command has.
package struct ColorOption: ParsableArguments {
  /// The value of `--color`.
  @Option(help: "When to use colour: auto (on a terminal), always or never.")
  package var color: ColorChoice = .auto

  package init() {}

  /// Applies the choice to everything that amm writes afterwards.
  package func validate() {
    switch color {
    case .auto: return
    case .always: Terminal.setColor(true)
    case .never: Terminal.setColor(false)
    }
  }
}
