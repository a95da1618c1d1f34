"""A change of a watched file is noticed once, within a second."""

from pathlib import Path

from bot.watch import FileWatch


class Seconds:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_change_is_noticed_once_and_not_before_a_second(tmp_path: Path) -> None:
    file, seconds = tmp_path / "a.yml", Seconds()
    file.write_text("one", "utf-8")
    watch = FileWatch(lambda: tmp_path.glob("*.yml"), seconds)
    assert [watch.changed(), watch.changed()] == [True, False]
    file.write_text("three", "utf-8")
    assert not watch.changed()
    seconds.now += 1
    assert [watch.changed(), watch.changed()] == [True, False]


def test_files_that_come_and_go_are_changes(tmp_path: Path) -> None:
    seconds = Seconds()
    watch = FileWatch(lambda: [tmp_path / "a.yml"], seconds)
    seen = [watch.changed()]
    for act in (lambda: (tmp_path / "a.yml").write_text("one", "utf-8"), (tmp_path / "a.yml").unlink, lambda: None):
        act()
        seconds.now += 1
        seen.append(watch.changed())
    assert seen == [True, True, True, False]
