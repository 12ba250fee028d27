#ifndef AMM_CATALOGUES_H
#define AMM_CATALOGUES_H

#include <stddef.h>

/// The options of one version of a launcher: lines of text, as written by Tests/Oracle/table.py.
struct amm_catalogue {
    const char *launcher;
    const char *release;
    const unsigned char *bytes;
    size_t length;
};

/// Returns the number of catalogues.
size_t amm_catalogue_count(void);

/// Returns the catalogue at an index below the count; they are ordered by launcher and version.
const struct amm_catalogue *amm_catalogue_at(size_t index);

/// Lines of text.
struct amm_lines {
    const unsigned char *bytes;
    size_t length;
};

/// Returns the defaults of each model type for missing keys, written by Tests/Oracle/model-types.
struct amm_lines amm_model_types(void);

/// Returns the architectures that each launcher version supports, written by
/// Tests/Oracle/architectures.
struct amm_lines amm_architectures(void);

/// Returns popular models, as described by public sources, written by Tests/Library/regenerate.
struct amm_lines amm_public_models(void);

#endif
