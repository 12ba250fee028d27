/// What options of TEI mean that amm has no field for, in one sentence each.
extension TextEmbeddingsInference {
  package static let sentences = [
    "--uds-path": "Where the socket between the server and a Python backend lies.",
    "--prometheus-port": "The port in the container for figures of the server.",
  ]
}
