#ifndef AMM_CATALOGUES_H
#define AMM_CATALOGUES_H

#include <stddef.h>

/// What one release of a launcher has: lines of text, as Tests/Oracle/table.py writes them.
struct amm_catalogue {
    const char *launcher;
    const char *release;
    const unsigned char *bytes;
    size_t length;
};

/// How many there are.
size_t amm_catalogue_count(void);

/// One of them, below the count, ordered by launcher and release.
const struct amm_catalogue *amm_catalogue_at(size_t index);

/// Lines of text.
struct amm_lines {
    const unsigned char *bytes;
    size_t length;
};

/// What a configuration of each model type means by what it leaves out, by Tests/Oracle/model-types.
struct amm_lines amm_model_types(void);

/// Which release of a launcher knows which architecture, by Tests/Oracle/architectures.
struct amm_lines amm_architectures(void);

/// Models that many people run, as public sources describe them, by Tests/Library/regenerate.
struct amm_lines amm_public_models(void);

#endif
