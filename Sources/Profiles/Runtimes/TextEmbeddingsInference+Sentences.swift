/// Descriptions of the TEI options for which amm has no field, one sentence each.
extension TextEmbeddingsInference {
  package static let sentences = [
    "--uds-path": "The path of the socket between the server and a Python backend.",
    "--prometheus-port": "The port in the container for the server's metrics.",
  ]
}
