// Made by Tests/Oracle/catalogue.
#include "catalogues.h"

static const unsigned char data0[] = {
#embed "data/sglang-0.5.21.tsv"
};
static const unsigned char data1[] = {
#embed "data/sglang-0.5.22.tsv"
};
static const unsigned char data2[] = {
#embed "data/sglang-0.5.23.tsv"
};
static const unsigned char data3[] = {
#embed "data/vllm-0.10.1.tsv"
};
static const unsigned char data4[] = {
#embed "data/vllm-0.29.0.tsv"
};
static const unsigned char data5[] = {
#embed "data/vllm-0.30.0.tsv"
};
static const unsigned char data6[] = {
#embed "data/vllm-0.31.0.tsv"
};
static const unsigned char data7[] = {
#embed "data/vllm-0.32.0.tsv"
};
static const unsigned char data8[] = {
#embed "data/vllm-0.33.0.tsv"
};

static const struct amm_catalogue all[] = {
    {"sglang", "0.5.21", data0, sizeof data0},
    {"sglang", "0.5.22", data1, sizeof data1},
    {"sglang", "0.5.23", data2, sizeof data2},
    {"vllm", "0.10.1", data3, sizeof data3},
    {"vllm", "0.29.0", data4, sizeof data4},
    {"vllm", "0.30.0", data5, sizeof data5},
    {"vllm", "0.31.0", data6, sizeof data6},
    {"vllm", "0.32.0", data7, sizeof data7},
    {"vllm", "0.33.0", data8, sizeof data8},
};

size_t amm_catalogue_count(void) { return sizeof all / sizeof all[0]; }

const struct amm_catalogue *amm_catalogue_at(size_t index) { return &all[index]; }
