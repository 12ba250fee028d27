import ArgumentParser
import Host

/// When output is coloured.
enum ColorChoice: String, CaseIterable, ExpressibleByArgument {
  case auto, always, never
}

/// What every command has.
struct ColorOption: ParsableArguments {
  @Option(help: "When to colour: auto (on a terminal), always or never.")
  var color: ColorChoice = .auto

  func validate() {
    switch color {
    case .auto: return
    case .always: Terminal.setColor(true)
    case .never: Terminal.setColor(false)
    }
  }
}
