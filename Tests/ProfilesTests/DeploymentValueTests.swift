import Deployments
import Targets
import Testing

/// The types of the waist: what exists is well-formed.
struct DeploymentValueTests {
  @Test(arguments: [
    ("8GB", 8 << 30), ("16GiB", 16 << 30), ("512MB", 512 << 20), ("1.5GB", 3 << 29),
    ("1TB", 1 << 40), ("4 GB", 4 << 30), ("10KiB", 10 << 10),
    ("11.8GiB", 12_670_153_523), ("23.6 GiB", 25_340_307_046), ("401.8MiB", 421_317_836),
    ("1.123456789TiB", 1_235_253_802_809),
  ])
  func `a size counts powers of 1024`(text: String, bytes: Int) {
    #expect(ByteCount(text)?.bytes == bytes)
  }

  @Test(arguments: [
    "", "8", "GB", "-1GB", "8gb", "8G", "1e3GB", "0GB", "8.GB", ".5GB", "0.3KB", "8  GB",
    "99999999999TB", "1.1.1GB",
  ])
  func `anything else is no size`(text: String) { #expect(ByteCount(text) == nil) }

  @Test func `Podman reads a size in its largest whole unit`() {
    #expect(ByteCount("16GB")?.engineText == "16g")
    #expect(ByteCount("1.5GB")?.engineText == "1536m")
  }

  @Test(arguments: [
    "ollama", "ghcr.io/a/b", "ghcr.io/a/b:1.0", "localhost:5000/x:y", "a__b/c--d",
    "docker.io/ollama/ollama:0.1@sha256:" + String(repeating: "0a", count: 32),
  ])
  func `an image is parsed and printed unchanged`(text: String) {
    #expect(ImageReference(text)?.text == text)
  }

  @Test(arguments: [
    "", "--privileged", "a b", "a:", "a:b:c", "a@sha256:12", "a//b", "/a", "a/", "a:-x",
    "a;b", "a$b", "a___b", "https://ghcr.io/a/b", "a%b", "a\nb",
  ])
  func `an image that Podman would refuse or misread is none`(text: String) {
    #expect(ImageReference(text) == nil)
  }

  @Test(arguments: ["127.0.0.1", "0.0.0.0", "::1", "::", "fe80::1", "1:2:3:4:5:6:7:8"])
  func `an address is IPv4 or IPv6`(text: String) { #expect(BindAddress(text)?.text == text) }

  @Test(arguments: [
    "", "localhost", "256.0.0.1", "1.2.3", "01.2.3.4", ":::", "1::2::3", "12345::", "1:2:3", "::g",
  ])
  func `a host name or half an address is none`(text: String) {
    #expect(BindAddress(text) == nil)
  }

  @Test(arguments: ["tgi-primary", "a", "A_1", String(repeating: "x", count: 63)])
  func `a unit's name is a plain word`(text: String) { #expect(ResourceName(text)?.text == text) }

  @Test(arguments: [
    "", "-a", "_a", "a.b", "a b", "a/b", "ü", "a@b", "a:b", String(repeating: "x", count: 64),
  ])
  func `other names are not legal everywhere`(text: String) { #expect(ResourceName(text) == nil) }

  @Test(arguments: ["/a/b", "~/a", "/a-b_c.d"])
  func `a host path is absolute or below home`(text: String) {
    #expect(HostPath(text)?.text == text)
  }

  @Test(arguments: [
    "", "/", "~", "a/b", "./a", "/a/../b", "/a b", "/a:b", "/a,b", "/a\"b", "/a\\b", "/a\nb",
    "~x/y",
  ])
  func `a path that a unit cannot carry is none`(text: String) { #expect(HostPath(text) == nil) }

  @Test(arguments: ["", ";", "a\0b", String(repeating: "x", count: 131_071)])
  func `a word that cannot be passed is no argument`(text: String) {
    #expect(Argument(text) == nil)
  }

  @Test(arguments: ["5.4", "4.9.1", "6.10"])
  func `a Podman version is major and minor`(text: String) {
    #expect(PodmanVersion(text).map { text.hasPrefix($0.text) } == true)
  }

  @Test func `versions compare as numbers`() throws {
    #expect(try #require(PodmanVersion("6.10")) > #require(PodmanVersion("6.9")))
  }
}
