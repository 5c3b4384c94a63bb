/*
 * content_kit.h: what tests of content share: a folder of one test with content in data/ and the
 * snapshot in state/, publishing it, and asking what came of it. Included once by a test program,
 * after cmocka.h.
 */
#ifndef VHOD_TESTS_CONTENT_KIT_H
#define VHOD_TESTS_CONTENT_KIT_H

#include "content/fault.h"
#include "content/publish.h"
#include "search/stem.h"

#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define COUNT(table) (sizeof table / sizeof((table)[0]))
#define KIT          __attribute__((unused)) static

/* A file below data/. */
struct kit_file {
    const char *name;
    const char *text;
};

KIT char folder[64]; /* of the test that runs */

KIT void shell(const char *format, ...) __attribute__((format(printf, 1, 2)));
KIT void shell(const char *format, ...)
{
    char command[512];
    va_list list;

    va_start(list, format);
    vsnprintf(command, sizeof command, format, list);
    va_end(list);
    assert_int_equal(system(command), 0);
}

/* "FOLDER/name" in a fresh string. */
KIT char *path_of(const char *name)
{
    char *path = NULL;

    assert_true(asprintf(&path, "%s/%s", folder, name) > 0);
    return path;
}

/* "FOLDER/data/name" in a fresh string. */
KIT char *data_path(const char *name)
{
    char *path = NULL;

    assert_true(asprintf(&path, "%s/data/%s", folder, name) > 0);
    return path;
}

KIT void write_bytes(const char *name, const char *bytes, size_t len)
{
    char *path = data_path(name);
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
    free(path);
}

KIT void write_text(const char *name, const char *text)
{
    write_bytes(name, text, strlen(text));
}

/* Puts these files in the place of whatever is in data/. */
KIT void write_tree(const struct kit_file *files, size_t count)
{
    shell("rm -rf '%s/data' && mkdir -p '%s/data' && cd '%s/data' &&"
          " mkdir regions portals contacts guides questions figures",
          folder, folder, folder);
    for (size_t i = 0; i < count; i++)
        write_text(files[i].name, files[i].text);
}

KIT int kit_make(const struct kit_file *files, size_t count)
{
    strcpy(folder, "/tmp/vhod-content-XXXXXX");
    if (mkdtemp(folder) == NULL)
        return -1;
    write_tree(files, count);
    return 0;
}

KIT int remove_folder(void **state)
{
    (void)state;
    shell("rm -rf '%s'", folder);
    return 0;
}

/* Publishes data/ as state/directory.db; faults are printed. */
KIT enum err publish(struct publish_summary *summary)
{
    struct faults *faults = NULL;
    char *data = path_of("data"), *snapshot = path_of("state/directory.db");
    enum err err;

    assert_int_equal(faults_new(&faults), ERR_NONE);
    err = content_publish(data, snapshot, faults, summary);
    if (err == ERR_NONE && faults_count(faults) > 0)
        err = ERR__MAX;
    faults_print(faults, stderr);
    faults_free(faults);
    free(snapshot);
    free(data);
    return err;
}

/* Time of one whole publish, in microseconds. */
KIT long time_publish(void)
{
    struct timespec start;
    struct timespec end;

    clock_gettime(CLOCK_MONOTONIC, &start);
    assert_int_equal(publish(NULL), ERR_NONE);
    clock_gettime(CLOCK_MONOTONIC, &end);
    return (end.tv_sec - start.tv_sec) * 1000000 + (end.tv_nsec - start.tv_nsec) / 1000;
}

/* The first column of the first row of a database in the folder, as readers open it. The caller
 * frees. */
KIT char *ask_file(const char *name, const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    char *path = path_of(name);
    char *answer;

    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(search_stem_register(db), ERR_NONE); /* integrity_check asks for it */
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    answer =
        strdup(sqlite3_step(statement) == SQLITE_ROW && sqlite3_column_text(statement, 0) != NULL
                   ? (const char *)sqlite3_column_text(statement, 0)
                   : "(none)");
    sqlite3_finalize(statement);
    sqlite3_close(db);
    free(path);
    return answer;
}

KIT void assert_file_answer(const char *name, const char *sql, const char *expected)
{
    char *answer = ask_file(name, sql);

    if (strcmp(answer, expected) != 0)
        fail_msg("%s\n  gave     %s\n  expected %s", sql, answer, expected);
    free(answer);
}

KIT void assert_snapshot(const char *sql, const char *expected)
{
    assert_file_answer("state/directory.db", sql, expected);
}

#endif
