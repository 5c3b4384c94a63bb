/*
 * fuzz.h: what harnesses share: bytes as a file or a text, and a published snapshot of data/. Each
 * harness is one file with LLVMFuzzerTestOneInput, which aborts where something is wrong; clang
 * links it with libFuzzer (make fuzz), `make check` with replay.c, which feeds it its corpus.
 */
#ifndef VHOD_TESTS_FUZZ_H
#define VHOD_TESTS_FUZZ_H

#include "base/err.h"
#include "content/fault.h"
#include "content/publish.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

#define FUZZ __attribute__((unused)) static

/* The bytes as a file; its path, good until the next call. */
FUZZ const char *fuzz_file(const uint8_t *data, size_t size)
{
    static char path[40];
    static int fd = -1;

    if (fd < 0) {
        fd = memfd_create("fuzz", MFD_CLOEXEC);
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    }
    if (fd < 0 || ftruncate(fd, 0) != 0 || pwrite(fd, data, size, 0) != (ssize_t)size)
        abort();
    return path;
}

/* The bytes in a room of their own, up to a NUL if there is one; the caller frees. */
FUZZ char *fuzz_text(const uint8_t *data, size_t size)
{
    char *text = strndup((const char *)data, size);

    if (text == NULL)
        abort();
    return text;
}

/* The folder of fuzz_publish. */
FUZZ char fuzz_state[64];

FUZZ void fuzz_forget(void)
{
    char command[100];

    snprintf(command, sizeof command, "rm -rf '%s'", fuzz_state);
    if (system(command) != 0)
        fprintf(stderr, "%s is left over\n", fuzz_state);
}

/* Publishes data/ into a folder that goes with the process. The current folder is that of the
 * Makefile. */
FUZZ void fuzz_publish(void)
{
    char snapshot[100];
    struct faults *faults = NULL;

    snprintf(fuzz_state, sizeof fuzz_state, "/tmp/vhod-fuzz-XXXXXX");
    if (mkdtemp(fuzz_state) == NULL || faults_new(&faults) != ERR_NONE)
        abort();
    atexit(fuzz_forget);
    snprintf(snapshot, sizeof snapshot, "%s/directory.db", fuzz_state);
    if (content_publish("data", snapshot, faults, NULL) != ERR_NONE) {
        faults_print(faults, stderr);
        fputs("data/ cannot be published: run this where the Makefile is\n", stderr);
        exit(1);
    }
    faults_free(faults);
}

#endif
