#include "catalogues.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char types[] = {
#embed "models/types.tsv"
};
static const unsigned char public_models[] = {
#embed "models/public.tsv"
};
static const unsigned char architectures[] = {
#embed "models/architectures.tsv"
};

struct amm_lines amm_model_types(void) {
    return (struct amm_lines){types, sizeof types};
}

struct amm_lines amm_architectures(void) {
    return (struct amm_lines){architectures, sizeof architectures};
}

struct amm_lines amm_public_models(void) {
    return (struct amm_lines){public_models, sizeof public_models};
}
