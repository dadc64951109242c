"""Reading only: Today, funnel, conversion and charts. Writes nothing."""
