import threading

from babelwire.counting import Counting


def counted(paths, lake):
    counting = Counting([str(path) for path in paths], lake)
    for thread in threading.enumerate():
        if thread.name == "counting":
            thread.join()
    return counting


def test_files_are_counted_as_a_run_would_list_them(tmp_path):
    for name in ("a.txt", "b/c.txt", "b/.hidden", "lake/articles/part.parquet"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    counting = counted([tmp_path, tmp_path / "b"], tmp_path / "lake")
    assert (counting.files, counting.complete) == (2, True)


def test_what_lies_elsewhere_makes_the_count_a_least_one(tmp_path):
    (tmp_path / "a.txt").touch()
    counting = counted([tmp_path, "https://echo.example/feed"], tmp_path / "lake")
    assert not counting.complete
    assert counting.in_words(1, passed_over=0, seconds=1) == "at least 1 files"


def test_the_time_left_is_reckoned_from_the_files_that_took_time(tmp_path):
    for number in range(100):
        (tmp_path / str(number)).touch()
    counting = counted([tmp_path], tmp_path / "lake")
    assert counting.in_words(60, passed_over=40, seconds=3600) == "100 files, 2:00:00 left"
    assert counting.in_words(40, passed_over=40, seconds=1) == "100 files"
    assert counting.in_words(100, passed_over=0, seconds=1) == "100 files, 0:00:00 left"


def test_a_folder_that_cannot_be_listed_ends_no_run(tmp_path):
    counting = counted([tmp_path / "missing"], tmp_path / "lake")
    assert (counting.files, counting.complete) == (0, False)
