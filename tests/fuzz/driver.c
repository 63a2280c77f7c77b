/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Drives a fuzz target without libFuzzer: every seed as it is, then mutations of them for about
 * a second of CPU time (LLMLAB_FUZZ_SECONDS for more). Deterministic for its seed, so a failure
 * repeats. argv[1]: the directory of seeds.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define SEEDS_MAX 256
#define INPUT_MAX 65536

struct seed {
	uint8_t *at;
	size_t len;
};

static struct seed seeds[SEEDS_MAX];
static size_t seed_count;
static uint64_t state = 1;

static uint64_t next(void)
{
	uint64_t z = (state += UINT64_C(0x9E3779B97F4A7C15));

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

static void load(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *e;

	while (d && (e = readdir(d)) && seed_count < SEEDS_MAX) {
		char path[1024];
		FILE *f;

		snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
		f = e->d_name[0] == '.' ? NULL : fopen(path, "rb");
		if (!f)
			continue;
		seeds[seed_count].at = malloc(INPUT_MAX);
		if (seeds[seed_count].at)
			seeds[seed_count].len = fread(seeds[seed_count].at, 1, INPUT_MAX / 2, f);
		if (seeds[seed_count].at)
			seed_count++;
		fclose(f);
	}
	if (d)
		closedir(d);
}

/* One to eight changes: flip, replace, insert, delete, repeat a stretch. */
static size_t mutate(uint8_t *out, const struct seed *s)
{
	static const char odd[] = "\"\\{}[]:,0123456789eE+-.\0\n\r\t =~<>\x7f\xff\xc3";
	size_t len = s->len;

	memcpy(out, s->at, len);
	for (uint64_t n = 1 + next() % 8; n && len; n--) {
		size_t at = next() % len, count = 1 + next() % 16;

		switch (next() % 5) {
		case 0:
			out[at] ^= (uint8_t)(1u << next() % 8);
			break;
		case 1:
			out[at] = (uint8_t)odd[next() % (sizeof(odd) - 1)];
			break;
		case 2:
			if (at + count < len) {
				memmove(out + at, out + at + count, len - at - count);
				len -= count;
			}
			break;
		case 3:
			if (len + count < INPUT_MAX) {
				memmove(out + at + count, out + at, len - at);
				memset(out + at, odd[next() % (sizeof(odd) - 1)], count);
				len += count;
			}
			break;
		default:
			if (at + count < len && len + count < INPUT_MAX) {
				memmove(out + at + count, out + at, len - at);
				len += count;
			}
		}
	}
	return len;
}

int main(int argc, char **argv)
{
	static const struct seed empty = { (uint8_t *)"", 0 };
	const char *seconds = getenv("LLMLAB_FUZZ_SECONDS");
	clock_t end = clock() + (seconds ? strtol(seconds, NULL, 10) : 1) * CLOCKS_PER_SEC;
	uint8_t *input = malloc(INPUT_MAX);
	uint64_t runs = 0;

	if (argc > 1)
		load(argv[1]);
	LLVMFuzzerTestOneInput(empty.at, 0);
	for (size_t i = 0; i < seed_count; i++)
		LLVMFuzzerTestOneInput(seeds[i].at, seeds[i].len);
	while (input && seed_count && clock() < end) {
		/* An exact block each time, so that a read past the end is seen. */
		size_t len = mutate(input, &seeds[next() % seed_count]);
		uint8_t *exact = malloc(len ? len : 1);

		if (!exact)
			break;
		memcpy(exact, input, len);
		LLVMFuzzerTestOneInput(exact, len);
		free(exact);
		runs++;
	}
	free(input);
	for (size_t i = 0; i < seed_count; i++)
		free(seeds[i].at);
	printf("%s: %zu seeds, %llu mutations, ok\n", argv[0], seed_count, (unsigned long long)runs);
	return 0;
}
