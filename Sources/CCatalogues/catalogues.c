// Made by Tests/Oracle/catalogue.
#include "catalogues.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char data0[] = {
#embed "data/llama-cpp-10867.tsv"
};
static const unsigned char data1[] = {
#embed "data/llama-cpp-11334.tsv"
};
static const unsigned char data2[] = {
#embed "data/llama-cpp-11349.tsv"
};
static const unsigned char data3[] = {
#embed "data/llama-cpp-11434.tsv"
};
static const unsigned char data4[] = {
#embed "data/ollama-0.12.0.tsv"
};
static const unsigned char data5[] = {
#embed "data/ollama-0.15.0.tsv"
};
static const unsigned char data6[] = {
#embed "data/ollama-0.20.0.tsv"
};
static const unsigned char data7[] = {
#embed "data/ollama-0.24.0.tsv"
};
static const unsigned char data8[] = {
#embed "data/ollama-0.30.0.tsv"
};
static const unsigned char data9[] = {
#embed "data/ollama-0.32.15.tsv"
};
static const unsigned char data10[] = {
#embed "data/sglang-0.5.21.tsv"
};
static const unsigned char data11[] = {
#embed "data/sglang-0.5.22.tsv"
};
static const unsigned char data12[] = {
#embed "data/sglang-0.5.23.tsv"
};
static const unsigned char data13[] = {
#embed "data/tei-1.5.1.tsv"
};
static const unsigned char data14[] = {
#embed "data/tei-1.6.0.tsv"
};
static const unsigned char data15[] = {
#embed "data/tei-1.7.0.tsv"
};
static const unsigned char data16[] = {
#embed "data/tei-1.7.4.tsv"
};
static const unsigned char data17[] = {
#embed "data/tei-1.8.3.tsv"
};
static const unsigned char data18[] = {
#embed "data/tei-1.9.0.tsv"
};
static const unsigned char data19[] = {
#embed "data/tei-1.9.3.tsv"
};
static const unsigned char data20[] = {
#embed "data/tgi-2.0.4.tsv"
};
static const unsigned char data21[] = {
#embed "data/tgi-2.1.1.tsv"
};
static const unsigned char data22[] = {
#embed "data/tgi-2.2.0.tsv"
};
static const unsigned char data23[] = {
#embed "data/tgi-2.3.1.tsv"
};
static const unsigned char data24[] = {
#embed "data/tgi-2.4.1.tsv"
};
static const unsigned char data25[] = {
#embed "data/tgi-3.0.2.tsv"
};
static const unsigned char data26[] = {
#embed "data/tgi-3.1.1.tsv"
};
static const unsigned char data27[] = {
#embed "data/tgi-3.2.3.tsv"
};
static const unsigned char data28[] = {
#embed "data/tgi-3.3.2.tsv"
};
static const unsigned char data29[] = {
#embed "data/tgi-3.3.7.tsv"
};
static const unsigned char data30[] = {
#embed "data/vllm-0.10.1.tsv"
};
static const unsigned char data31[] = {
#embed "data/vllm-0.13.0.tsv"
};
static const unsigned char data32[] = {
#embed "data/vllm-0.16.0.tsv"
};
static const unsigned char data33[] = {
#embed "data/vllm-0.20.0.tsv"
};
static const unsigned char data34[] = {
#embed "data/vllm-0.24.0.tsv"
};
static const unsigned char data35[] = {
#embed "data/vllm-0.29.0.tsv"
};
static const unsigned char data36[] = {
#embed "data/vllm-0.30.0.tsv"
};
static const unsigned char data37[] = {
#embed "data/vllm-0.31.0.tsv"
};
static const unsigned char data38[] = {
#embed "data/vllm-0.32.0.tsv"
};
static const unsigned char data39[] = {
#embed "data/vllm-0.33.0.tsv"
};

static const struct amm_catalogue all[] = {
    {"llama-cpp", "10867", data0, sizeof data0},
    {"llama-cpp", "11334", data1, sizeof data1},
    {"llama-cpp", "11349", data2, sizeof data2},
    {"llama-cpp", "11434", data3, sizeof data3},
    {"ollama", "0.12.0", data4, sizeof data4},
    {"ollama", "0.15.0", data5, sizeof data5},
    {"ollama", "0.20.0", data6, sizeof data6},
    {"ollama", "0.24.0", data7, sizeof data7},
    {"ollama", "0.30.0", data8, sizeof data8},
    {"ollama", "0.32.15", data9, sizeof data9},
    {"sglang", "0.5.21", data10, sizeof data10},
    {"sglang", "0.5.22", data11, sizeof data11},
    {"sglang", "0.5.23", data12, sizeof data12},
    {"tei", "1.5.1", data13, sizeof data13},
    {"tei", "1.6.0", data14, sizeof data14},
    {"tei", "1.7.0", data15, sizeof data15},
    {"tei", "1.7.4", data16, sizeof data16},
    {"tei", "1.8.3", data17, sizeof data17},
    {"tei", "1.9.0", data18, sizeof data18},
    {"tei", "1.9.3", data19, sizeof data19},
    {"tgi", "2.0.4", data20, sizeof data20},
    {"tgi", "2.1.1", data21, sizeof data21},
    {"tgi", "2.2.0", data22, sizeof data22},
    {"tgi", "2.3.1", data23, sizeof data23},
    {"tgi", "2.4.1", data24, sizeof data24},
    {"tgi", "3.0.2", data25, sizeof data25},
    {"tgi", "3.1.1", data26, sizeof data26},
    {"tgi", "3.2.3", data27, sizeof data27},
    {"tgi", "3.3.2", data28, sizeof data28},
    {"tgi", "3.3.7", data29, sizeof data29},
    {"vllm", "0.10.1", data30, sizeof data30},
    {"vllm", "0.13.0", data31, sizeof data31},
    {"vllm", "0.16.0", data32, sizeof data32},
    {"vllm", "0.20.0", data33, sizeof data33},
    {"vllm", "0.24.0", data34, sizeof data34},
    {"vllm", "0.29.0", data35, sizeof data35},
    {"vllm", "0.30.0", data36, sizeof data36},
    {"vllm", "0.31.0", data37, sizeof data37},
    {"vllm", "0.32.0", data38, sizeof data38},
    {"vllm", "0.33.0", data39, sizeof data39},
};

size_t amm_catalogue_count(void) { return sizeof all / sizeof all[0]; }

const struct amm_catalogue *amm_catalogue_at(size_t index) { return &all[index]; }
