import ArgumentParser
import Host

// amm starts this program for everything that needs the network, so that amm itself has no network
// code.

Terminal.takeSignalsAsErrors()
Orphans.endWithParent()
FetchCommand.main()
