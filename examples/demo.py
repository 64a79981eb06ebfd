"""What `make demo` shows: takes the example articles in and prints what is in the lake."""

import subprocess
import sys
from pathlib import Path

import pandas as pd

from babelwire import Lake
from babelwire.frames import records
from babelwire.settings import load_settings
from babelwire.translation.models import installed, models_folder

HERE = Path(__file__).parent


def main() -> int:
    where = Path(sys.argv[1] if len(sys.argv) > 1 else "lake")
    babelwire = Path(sys.executable).with_name("babelwire")
    fetch_model(babelwire)
    done = subprocess.run([babelwire, "ingest", HERE / "articles", "--lake", where], check=False)
    if done.returncode:
        return done.returncode

    lake = Lake(where)
    articles = lake.articles()
    print("\nLanguages")
    for language, count in articles["language"].value_counts().items():
        print(f"  {language}  {count}")

    print("\nStories of more than one article")
    stories = lake.stories()
    newest = {row["article_id"]: row for row in records(articles)}
    for story in records(stories[stories["article_count"] > 1]):
        print(f"  {story['headline_en']}  ({story['first_published_at']:%d %B %Y})")
        for row in map(newest.__getitem__, story["article_ids"]):
            print(f"    {row['language']}  {row['relation']:14}  {row['headline'] or row['text'][:60]}")

    print("\nInputs that repeat an article, and inputs that became none")
    repeats = lake.inputs()
    for row in records(repeats[repeats["disposition"].isin(["duplicate", "revision", "rejected"])]):
        print(f"  {row['disposition']:9}  {row['uri'].rpartition('/')[2]}  {row['reason_code'] or ''}")

    translated = records(articles[articles["translation_status"] == "translated"])
    if translated:
        row = translated[0]
        print(f"\nA paragraph in Italian and as {row['translation_engine']} puts it")
        print(f"  {row['text'].split(chr(10) * 2)[0]}")
        print(f"  {row['text_en'].split(chr(10) * 2)[0]}")
    elif (articles["translation_status"] == "pending").any():
        print("\nNo translation engine is installed: the Italian articles are there in Italian and marked pending.")
        print("Install one with the command above and run `make demo` again: they are finished then.")

    print(f"\nThe lake is {where.absolute()}. Read it with:")
    print("  import pandas as pd")
    print(f'  articles = pd.read_parquet("{where}/articles")')
    print('  articles.groupby(["story_id", "language"]).size()')
    assert len(pd.read_parquet(where / "articles")) == len(lake.articles(current=False))
    return 0


def fetch_model(babelwire: Path) -> None:
    folder = models_folder(load_settings().translation.models)
    if installed("it-en", folder):
        return
    print(f"Fetching the neural model it-en from Mozilla into {folder} ...", flush=True)
    if subprocess.run([babelwire, "models", "pull", "it-en"], check=False).returncode:
        print("Going on without it; where Apertium is installed it translates, more roughly.\n", flush=True)


if __name__ == "__main__":
    sys.exit(main())
