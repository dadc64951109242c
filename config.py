"""Settings from the environment (or a `.env` file). Every name is prefixed with BACKLOOP_, except DATABASE_URL."""

from pathlib import Path

from pydantic import AliasChoices, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent


class Settings(BaseSettings):
    """Everything an operator may set; the defaults run the product on one machine without any file."""

    model_config = SettingsConfigDict(env_prefix="BACKLOOP_", env_file=".env", extra="ignore")

    instance: Path = Field(ROOT / "instance", description="Folder for the database, keys, uploads and proofs.")
    database_url: str = Field(
        "",
        validation_alias=AliasChoices("DATABASE_URL", "BACKLOOP_DATABASE_URL", "database_url"),
        description="SQLAlchemy URL. Empty: SQLite in the instance folder.",
    )
    durable: bool = Field(default=True, description="False lets SQLite lose the last writes on power loss: tests only.")
    practice: bool = Field(False, description="Run on the practice world: its own database, clock, web and mail.")
    public_base_url: str = Field("", description="https address of this installation, for unsubscribe and share links.")
    trusted_hosts: list[str] = Field(["127.0.0.1", "localhost"], description="Host headers that are answered.")
    proxies: int = Field(0, description="Number of reverse proxies in front whose X-Forwarded headers are believed.")
    https: bool = Field(False, description="Set true behind TLS: cookies get Secure and the __Host- prefix.")
    upload_limit_mb: int = Field(64, description="Largest upload in one request, in MiB.")
    upload_file_mb: int = Field(8192, description="Largest file that the browser sends in parts, in MiB.")
    import_max_rows: int = Field(20_000_000, description="Rows read from one file before it is refused.")
    import_memory_mb: int = Field(1024, description="Memory the gap engine may use for one analysis, in MiB.")
    watch_folder: Path | None = Field(None, description="Folder whose new export files are imported by the worker.")
    pages_a_day: int = Field(100, description="Linking pages that are read unasked per project and day; 0: none.")
    own_pages: int = Field(200, description="Pages of the own site that one crawl reads at most.")
    settle_seconds: int = Field(1200, description="How long an unclear send waits before the Sent folder decides.")
    lease_seconds: int = Field(900, description="How long a worker owns a claimed mail.")
    mail_private_hosts: bool = Field(False, description="Allow mail servers in the own network (10.x, 192.168.x).")

    def url(self) -> str:
        """The database address: DATABASE_URL if set, else SQLite in the instance folder."""
        name = "practice.db" if self.practice else "backloop.db"
        return self.database_url or f"sqlite:///{self.instance / name}"
