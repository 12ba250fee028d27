import ArgumentParser
import Host

// amm starts this program for what needs the network, so that amm itself has none.

Terminal.takeSignalsAsErrors()
Orphans.endWithParent()
FetchCommand.main()
