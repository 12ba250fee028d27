/* load.c - the yardstick of the benchmark: what libyaml alone needs for the same files.
 *
 * Opens, reads and parses every file of a list into libyaml's own document, and throws that away:
 * one thread, no checks, nothing kept. Prints how many files there were.
 *
 * cc -O2 load.c -o load $(pkg-config --cflags --libs yaml-0.1)
 * usage: load LIST        LIST holds one path a line
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <yaml.h>

static unsigned char *bytes;
static size_t capacity;

static void fail(const char *what, const char *path) {
  fprintf(stderr, "load: %s: %s\n", path, what);
  exit(1);
}

/* Reads a whole file into `bytes`, which grows and is used again. */
static size_t read_file(const char *path) {
  size_t length = 0;
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) fail("cannot be opened", path);
  for (;;) {
    if (length == capacity) {
      capacity = capacity ? 2 * capacity : 1 << 16;
      bytes = realloc(bytes, capacity);
      if (!bytes) fail("no memory", path);
    }
    ssize_t count = read(file, bytes + length, capacity - length);
    if (count < 0) fail("cannot be read", path);
    if (count == 0) break;
    length += (size_t)count;
  }
  close(file);
  return length;
}

static void parse(const char *path, size_t length) {
  yaml_parser_t parser;
  yaml_document_t document;
  if (!yaml_parser_initialize(&parser)) fail("no memory", path);
  yaml_parser_set_input_string(&parser, bytes, length);
  if (!yaml_parser_load(&parser, &document)) fail(parser.problem, path);
  if (!yaml_document_get_root_node(&document)) fail("is empty", path);
  yaml_document_delete(&document);
  yaml_parser_delete(&parser);
}

int main(int count, char **arguments) {
  if (count != 2) return fputs("usage: load LIST\n", stderr), 64;
  FILE *list = fopen(arguments[1], "r");
  if (!list) fail("cannot be opened", arguments[1]);
  char *path = NULL;
  size_t room = 0, files = 0;
  while (getline(&path, &room, list) > 0) {
    path[strcspn(path, "\n")] = '\0';
    parse(path, read_file(path));
    files++;
  }
  printf("%zu\n", files);
  return 0;
}
