/*
 * fuzz_tsv.c: any bytes as one of the tables of data/; the first byte says which. What is refused
 * has a fault that says why.
 */
#include "content/glossary.h"
#include "content/places.h"
#include "content/references.h"
#include "fuzz.h"

/* NAME_load and NAME_free on a struct of their own. */
#define TABLE(type, name)                                                                          \
    static enum err try_##name(const char *path, struct faults *faults)                            \
    {                                                                                              \
        struct type out = {.items = NULL};                                                         \
        enum err err = name##_load(&out, path, faults);                                            \
                                                                                                   \
        if (err == ERR_NONE && out.count > 0 && out.items == NULL)                                 \
            abort();                                                                               \
        name##_free(&out);                                                                         \
        return err;                                                                                \
    }

TABLE(places, places)
TABLE(client_rows, clients)
TABLE(holidays, holidays)
TABLE(synonyms, synonyms)
TABLE(references, references)
TABLE(symptoms, symptoms)
TABLE(glossary, glossary)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static enum err (*const tables[])(const char *, struct faults *) = {
        try_places,     try_clients,  try_holidays, try_synonyms,
        try_references, try_symptoms, try_glossary};
    struct faults *faults = NULL;
    enum err err;

    if (size == 0 || faults_new(&faults) != ERR_NONE)
        return 0;
    err =
        tables[data[0] % (sizeof tables / sizeof tables[0])](fuzz_file(data + 1, size - 1), faults);
    if ((err == ERR_NONE) != (faults_count(faults) == 0))
        abort();
    faults_free(faults);
    return 0;
}
