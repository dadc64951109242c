"""Who ranks for our keywords: ranking files in, competitors proposed and taken, places followed over time."""
