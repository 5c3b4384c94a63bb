/*
 * replay.c: runs one harness over its corpus, without libFuzzer: the folder is the argument, or
 * tests/fuzz/corpus/NAME for a program that is called replay_NAME. Output is TAP, for
 * tests/unit/run.sh.
 */
#include "base/file.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INPUT_MAX (1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv) __attribute__((weak));

/* One input, in a room of exactly its size, so that a sanitizer sees a byte that is read behind
 * it. */
static void feed(const char *path)
{
    struct buffer bytes = BUFFER_INIT;
    uint8_t *exact;

    if (file_read(&bytes, path, INPUT_MAX) != ERR_NONE) {
        fprintf(stderr, "%s cannot be read\n", path);
        exit(1);
    }
    exact = malloc(bytes.len > 0 ? bytes.len : 1);
    if (exact == NULL)
        exit(1);
    if (bytes.len > 0)
        memcpy(exact, bytes.data, bytes.len);
    fprintf(stderr, "# %s\n", path); /* the last one named is the one that it died of */
    LLVMFuzzerTestOneInput(exact, bytes.len);
    free(exact);
    buffer_free(&bytes);
}

int main(int argc, char **argv)
{
    const char *name = strrchr(argv[0], '/');
    struct file_names inputs;
    char folder[200];

    name = name != NULL ? name + 1 : argv[0];
    if (strncmp(name, "replay_", 7) == 0)
        name += 7;
    snprintf(folder, sizeof folder, "tests/fuzz/corpus/%s", name);
    if (LLVMFuzzerInitialize != NULL)
        LLVMFuzzerInitialize(&argc, &argv);
    puts("1..1");
    if (file_names(&inputs, argc > 1 ? argv[1] : folder, "") != ERR_NONE || inputs.count == 0) {
        printf("not ok 1 - %s: no corpus\n", name);
        return 1;
    }
    for (size_t i = 0; i < inputs.count; i++) {
        char *path = file_path(argc > 1 ? argv[1] : folder, inputs.names[i], NULL);

        if (path == NULL)
            return 1;
        feed(path);
        free(path);
    }
    printf("ok 1 - %s: %zu inputs\n", name, inputs.count);
    file_names_free(&inputs);
    return 0;
}
